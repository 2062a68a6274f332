// What only Node can do: a device's store in a file.
export { openFileStore, type FileStore, type FileStoreOptions } from './node/file-store.js';
export { StoreError } from './store/error.js';
