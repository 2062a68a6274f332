// The service windows, to be composed.
export { windows, WindowsModule } from './windows.module.js';
