// The platform in one process, for its main.ts, the command line and specs.
export { Conservation, residualSql, type Books, type BooksOfPartition, type MessageBooks } from './conservation/conservation.js';
export { DataFolder, type Secrets } from './folder/data-folder.js';
export { greeting, type GreetingFacts } from './greeting.js';
export { startPlatform, type Platform, type PlatformOptions } from './platform.js';
export { cast } from './sandbox/cast.js';
export { gatewayKeyOf, phoneKeyOf, sandboxDraft, type Sandbox, type SandboxDraft } from './sandbox/sandbox-file.js';
export { openSandbox, type SandboxRequest } from './sandbox/sandbox.js';
export { services } from './services.js';
export { readPlatformSettings, type PlatformSettings } from './settings.js';
export { intakeLane, recoveredKey } from '@parley/ingest';
