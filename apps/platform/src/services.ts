import { billing } from '@parley/billing';
import { delivery } from '@parley/delivery';
import { ingest } from '@parley/ingest';
import { notifications } from '@parley/notifications';
import type { ServiceDefinition } from '@parley/service';
import { windows } from '@parley/windows';

/** The services, in the order data meets them. */
export const services: readonly ServiceDefinition[] = [ingest, notifications, windows, delivery, billing];
