import { grantCommand, KafkaAdmin, mismatches, planTopics, type KafkaSettings, type TopicPlan } from '@parley/bus-kafka';
import { messageOf } from '@parley/bus';
import { TOPIC_NAMES, TOPICS } from '@parley/contracts';
import { Failure } from '../terminal/failure.js';
import { drawTable } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { rights, type Principals } from './rights.js';

export interface TopicsOptions {
  readonly kafka: KafkaSettings;
  readonly layout: 'embedded' | 'cluster';
  /** Copies of topics still to be made; as many as there are brokers, at most three, where it is not given. */
  readonly replication?: number;
  readonly check: boolean;
  /** Rights to grant; none where it is not given. */
  readonly acls?: Principals;
  readonly json: boolean;
}

/** Makes the topics and sets them right, or only looks. Resolves with the exit code: 1 where something is left to do. Throws Failure. */
export async function runTopics(options: TopicsOptions, terminal: Terminal): Promise<0 | 1> {
  const { kafka, layout, check, acls, json } = options;
  const wanted = TOPIC_NAMES.map((name) => ({ name, partitions: TOPICS[name].partitions[layout], retentionMs: TOPICS[name].retentionMs }));
  return withAdmin(kafka, async (admin) => {
    const replication = options.replication ?? Math.min(3, await admin.brokers());
    const plan = planTopics(wanted, await admin.topics(wanted), replication);
    if (!check) await admin.apply(plan, replication);
    const grants = acls ? rights(acls) : [];
    if (!check) await admin.grant(grants);
    const left = check ? mismatches(plan) : plan.refused;
    if (json) terminal.line(JSON.stringify({ topics: wanted, replication, ...plan, grants, left, done: !check }));
    else {
      for (const line of drawTable([{ title: 'topic' }, { title: 'partitions', align: 'right' }, { title: 'kept' }, { title: check ? 'is' : 'was' }], wanted.map((layoutOf) => [layoutOf.name, String(layoutOf.partitions), kept(layoutOf.retentionMs), state(layoutOf.name, plan)]), terminal.ink.strong)) terminal.line(line);
      if (grants.length > 0) terminal.line(`${check ? 'Would grant' : 'Granted'} ${grants.length} rights to ${new Set(grants.map(({ principal }) => principal)).size} logins. --print-acls shows them.`);
      for (const line of left) terminal.remark(terminal.ink.bad(line));
    }
    return left.length === 0 ? 0 : 1;
  });
}

/** Prints the rights as commands of Kafka's own tool. Needs no broker. */
export function printRights(principals: Principals, bootstrap: string, json: boolean, terminal: Terminal): 0 {
  const grants = rights(principals);
  if (json) terminal.line(JSON.stringify(grants));
  else for (const grant of grants) terminal.line(grantCommand(grant, bootstrap));
  return 0;
}

function state(name: string, { create, alter, refused }: TopicPlan): string {
  if (create.some((topic) => topic.name === name)) return 'missing';
  const altered = alter.find((topic) => topic.name === name);
  if (altered) return Object.entries(altered.was).map(([key, value]) => `${key}=${value}`).join(' ');
  return refused.some((line) => line.startsWith(`${name} `)) ? 'another number of partitions' : 'right';
}

const dayMs = 86_400_000;

function kept(retentionMs: number | null): string {
  return retentionMs === null ? 'for ever' : `${retentionMs / dayMs} days`;
}

async function withAdmin<T>(kafka: KafkaSettings, work: (admin: KafkaAdmin) => Promise<T>): Promise<T> {
  try {
    const admin = await KafkaAdmin.open(kafka);
    try {
      return await work(admin);
    } finally {
      await admin.close();
    }
  } catch (error) {
    if (!(error instanceof Error) || !error.name.startsWith('KafkaJS')) throw error;
    throw new Failure(`Kafka at ${kafka.brokers.join(', ')} did not do it: ${messageOf(error)}.`, 'see that it runs, that PARLEY_KAFKA is right, and that PARLEY_KAFKA_USER is an administrator’s login.');
  }
}
