/** A topic as contracts state it. */
export interface TopicLayout {
  readonly name: string;
  readonly partitions: number;
  /** ms; null: for ever. */
  readonly retentionMs: number | null;
}

/** A topic as the cluster has it. */
export interface FoundTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replication: number;
  readonly config: { readonly [name: string]: string };
}

/** What stands between the cluster and what is wanted. `refused` cannot be mended by changing a setting; a line each, with what to do. */
export interface TopicPlan {
  readonly create: readonly { readonly name: string; readonly partitions: number; readonly config: { readonly [name: string]: string } }[];
  readonly alter: readonly { readonly name: string; readonly config: { readonly [name: string]: string }; readonly was: { readonly [name: string]: string } }[];
  readonly refused: readonly string[];
}

/** What a topic's settings have to be: nothing that was written is lost, compacted, compressed by another's codec, or cut before its time. */
export function topicConfig({ retentionMs }: Pick<TopicLayout, 'retentionMs'>, replication: number): { readonly [name: string]: string } {
  return {
    'cleanup.policy': 'delete',
    'retention.ms': String(retentionMs ?? -1),
    'retention.bytes': '-1',
    'compression.type': 'uncompressed',
    'max.message.bytes': '1048588',
    'message.timestamp.type': 'CreateTime',
    'min.insync.replicas': String(replication > 2 ? 2 : 1),
    'unclean.leader.election.enable': 'false',
  };
}

/** What to do about another number of partitions. */
export const partitionsStay =
  'The number decides where a key lies, so it never changes: set PARLEY_LAYOUT to the one the topics were made with, or use another cluster.';

export function missingTopic(name: string): string {
  return `${name} does not exist. Make it with \`parley topics\`.`;
}

/** @param replication of topics still to be made; those that are there keep theirs. */
export function planTopics(wanted: readonly TopicLayout[], found: readonly FoundTopic[], replication: number): TopicPlan {
  const create: TopicPlan['create'][number][] = [];
  const alter: TopicPlan['alter'][number][] = [];
  const refused: string[] = [];
  for (const layout of wanted) {
    const { name, partitions } = layout;
    const there = found.find((topic) => topic.name === name);
    if (!there) {
      create.push({ name, partitions, config: topicConfig(layout, replication) });
      continue;
    }
    if (there.partitions !== partitions) {
      refused.push(`${name} has ${there.partitions} partitions, not ${partitions}. ${partitionsStay}`);
      continue;
    }
    const differing = Object.entries(topicConfig(layout, there.replication)).filter(([key, value]) => there.config[key] !== value);
    if (differing.length === 0) continue;
    alter.push({ name, config: Object.fromEntries(differing), was: Object.fromEntries(differing.map(([key]) => [key, there.config[key] ?? 'unset'])) });
  }
  return { create, alter, refused };
}

/** What a service says when it does not start on such a cluster: a line per topic, with the fix. */
export function mismatches({ create, alter, refused }: TopicPlan): readonly string[] {
  return [
    ...refused,
    ...create.map(({ name }) => missingTopic(name)),
    ...alter.map(({ name, config, was }) => {
      const settings = Object.entries(config).map(([key, value]) => `${key} is ${was[key]}, not ${value}`);
      return `${name}: ${settings.join('; ')}. Set it right with \`parley topics\`.`;
    }),
  ];
}
