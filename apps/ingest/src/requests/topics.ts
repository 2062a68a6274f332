import type { TopicName } from '@parley/contracts';
import type { ServiceParts } from '@parley/service';

/** Where integrators write their requests. */
export const requestsTopic: TopicName = 'parley.requests.v1';

/** Where they are told why a request was not taken. */
export const rejectionsTopic: TopicName = 'parley.requests.rejected.v1';

/** What requests on the topic may come to. */
export const intakeTopics: readonly TopicName[] = ['parley.envelopes.v1', 'parley.conversations.v1', rejectionsTopic];

/** The name of the lane over a partition of requests, and of its link. */
export function intakeLane(service: Pick<ServiceParts, 'name'>, partition: number): string {
  return `${service.name}/requests/${partition}`;
}
