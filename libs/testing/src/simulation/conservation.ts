// Conservation: at rest every accepted message is charged, free, refused, failed, a repetition, or waits where a row shows it.
import type { AcceptedLogs, Violate } from './accepted.js';
import type { World } from './world.js';

/** The services that count, by the topology that does. */
const services = { feed: 'delivery', notifications: 'notifications', windows: 'windows', delivery: 'delivery', billing: 'billing' } as const;

export function checkConservation(world: World, logs: AcceptedLogs, violate: Violate): void {
  const requests = logs.all().flatMap(({ event }) => {
    const isRequest = event.type === 'NotificationRequested' || (event.type === 'MessageRequested' && event.meta.link.startsWith('ingest/'));
    return isRequest ? [event.message.businessId as string] : [];
  });
  for (const business of new Set(requests)) {
    const tally = (topology: keyof typeof services, what: string): number => world.store(services[topology]).tallyOf(topology, business, what);
    const rows = (service: string, table: string, status: string): number => world.store(service).rows(table).filter((row) => row['business_id'] === business && row['status'] === status).length;
    const accepted = requests.filter((one) => one === business).length;
    if (tally('feed', 'accepted') !== accepted) violate(14, `${business}: ${accepted} requests are on the log, ${tally('feed', 'accepted')} were counted`);
    const repeated = tally('notifications', 'repeated') + tally('windows', 'repeated') + tally('delivery', 'repeated') + tally('billing', 'repeated');
    const ended = {
      charged: tally('billing', 'charged'), free: tally('billing', 'free'), failed: tally('delivery', 'failed'),
      refused: tally('notifications', 'refused') + tally('windows', 'refused'),
    };
    const pending = rows('notifications', 'notification', 'scheduled') + rows('delivery', 'message', 'sent');
    const residual = accepted - repeated - pending - Object.values(ended).reduce((sum, count) => sum + count, 0);
    if (residual !== 0) violate(14, `${business}: of ${accepted} accepted ${residual} are nowhere: ${JSON.stringify({ ...ended, repeated, pending })}`);
  }
}
