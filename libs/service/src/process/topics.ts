import { TOPIC_NAMES } from '@parley/contracts';
import type { TopicName } from '@parley/contracts';
import type { ServiceParts } from './service.js';

/** What a service reads and writes, as rights on a cluster go by it. */
export function topicUse({ topologies, writes, intake }: Pick<ServiceParts, 'topologies' | 'writes' | 'intake'>): { readonly reads: readonly TopicName[]; readonly writes: readonly TopicName[] } {
  const written = topologies.flatMap(({ source, decisions, derives, timers }) => [...(decisions ? [decisions] : []), ...derives, ...(timers ? [source] : [])]);
  return {
    reads: ordered(['parley.catalog.v1', ...topologies.map(({ source }) => source), ...(intake ? [intake.source, ...intake.reads] : [])]),
    writes: ordered([...written, ...writes, ...(intake?.writes ?? [])]),
  };
}

/** All topics that these services touch. */
export function topicsOf(services: readonly Pick<ServiceParts, 'topologies' | 'writes' | 'intake'>[]): readonly TopicName[] {
  return ordered(services.flatMap((service) => Object.values(topicUse(service)).flat()));
}

/** In the order of contracts, each once. */
function ordered(names: readonly TopicName[]): readonly TopicName[] {
  return TOPIC_NAMES.filter((name) => names.includes(name));
}
