import { grantsFor, type Grant, type TopicUse } from '@parley/bus-kafka';
import { TOPIC_NAMES, TOPICS, type TopicName } from '@parley/contracts';
import { serviceNames, services } from '../lanes/services.js';

/** Who logs in on Kafka: a service as `<prefix><service>`, an integrator under the name he was given. */
export interface Principals {
  readonly prefix: string;
  readonly integrators: readonly string[];
}

/** Topics on which this writer may append some event, as contracts say. */
function written(writer: string): readonly TopicName[] {
  return TOPIC_NAMES.filter((topic) => Object.values(TOPICS[topic].writers).some((writers) => writers.some((name) => name.split('/')[0] === writer)));
}

/** The rights that follow from who may write what, and from what each service reads. */
export function rights({ prefix, integrators }: Principals): readonly Grant[] {
  const uses: TopicUse[] = serviceNames.map((name) => {
    const topologies = services.find((service) => service.name === name)?.topologies ?? [];
    const requests = name === 'ingest' ? (['parley.requests.v1'] as const) : [];
    // A topology that is not called as its service is writes under its own name.
    const writes = new Set([name, ...topologies.map((topology) => topology.name)].flatMap(written));
    return { principal: `User:${prefix}${name}`, reads: ['parley.catalog.v1', ...topologies.map(({ source }) => source), ...requests], writes: [...writes] };
  });
  for (const name of integrators) uses.push({ principal: `User:${name}`, reads: [], writes: written('integrator') });
  return grantsFor(uses, new Set(TOPIC_NAMES.filter((topic) => !TOPICS[topic].linked)));
}
