// The service notifications, to be composed.
export { notifications, NotificationsModule } from './notifications.module.js';
