/** A right on a topic, in Kafka's words. */
export type Operation = 'Read' | 'Write' | 'Describe' | 'DescribeConfigs';

/** One right of one login: `User:parley-windows` may `Write` to `parley.conversations.v1`. */
export interface Grant {
  readonly principal: string;
  readonly topic: string;
  readonly operation: Operation;
}

/** What one login does with topics. */
export interface TopicUse {
  readonly principal: string;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/**
 * The rights that uses come to, each once, in a fixed order. Who writes a topic with links also reads it: a lane that starts looks for
 * records of its own link, to notice a restored database. `blind`: topics without links, whose writers read nothing.
 */
export function grantsFor(uses: readonly TopicUse[], blind: ReadonlySet<string>): readonly Grant[] {
  const grants = new Map<string, Grant>();
  const add = (principal: string, topic: string, ...operations: Operation[]): void => {
    for (const operation of operations) grants.set(`${principal} ${topic} ${operation}`, { principal, topic, operation });
  };
  for (const { principal, reads, writes } of uses) {
    for (const topic of reads) add(principal, topic, 'Read', 'Describe', 'DescribeConfigs');
    for (const topic of writes) add(principal, topic, 'Write', 'Describe', ...(blind.has(topic) ? [] : (['Read', 'DescribeConfigs'] as const)));
  }
  return [...grants.values()].sort((a, b) => compare(a.principal, b.principal) || compare(a.topic, b.topic) || compare(a.operation, b.operation));
}

/** As a command line of Kafka's own tool, for those who grant rights by hand or by script. */
export function grantCommand({ principal, topic, operation }: Grant, bootstrap: string): string {
  return `kafka-acls.sh --bootstrap-server ${bootstrap} --add --allow-principal '${principal}' --operation ${operation} --topic '${topic}'`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
