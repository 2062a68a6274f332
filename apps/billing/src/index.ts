// The service billing, to be composed.
export { billing, BillingModule } from './billing.module.js';
