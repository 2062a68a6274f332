// The business's end: composed by apps/platform, or run as a process of its own (main.ts).
export { Gateway, type Condition } from './gateway.js';
export { limitsForm, limitsOf } from './limits/form.js';
export { GatewayModule } from './gateway.module.js';
export { FolderError } from './folder/error.js';
export { isFolder, type FolderSecret } from './folder/folder.js';
export { type GatewayOptions } from './options.js';
export { setup, type SetupRequest, type SetupResult } from './setup.js';
export { type Callback, type PhoneNumber } from './state/fact.js';
export { stopWords } from './inbox/stop.js';
