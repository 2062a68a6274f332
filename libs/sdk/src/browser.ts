// What only a browser can do: a device's store in IndexedDB.
export { openBrowserStore, removeBrowserStore, type BrowserStore, type BrowserStoreOptions } from './browser/browser-store.js';
export { StoreError } from './store/error.js';
