// The service delivery, to be composed.
export { delivery, DeliveryModule } from './delivery.module.js';
