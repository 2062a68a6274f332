// What only a browser has: keys that it keeps and gives to no script. Records at rest are sealed with them.
export { BrowserKeys, type KeptKeys, type SealedRecord } from './browser/browser-keys.js';
