import kafkajs, { type Admin } from 'kafkajs';
import { kafkajsSecurity, reporting, type KafkaReport, type KafkaSettings } from '../client/settings.js';
import type { Grant } from './acl.js';
import { topicConfig, type FoundTopic, type TopicLayout, type TopicPlan } from './plan.js';

// CommonJS, and some of its names are not seen from outside.
const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ConfigResourceTypes, Kafka, logLevel, ResourcePatternTypes } = kafkajs;

/** How long rights may take to arrive at the brokers. */
const inForceMs = 60_000;

/** What an administrator does to a cluster: topics made and set right, rights granted. */
export class KafkaAdmin {
  private constructor(private readonly admin: Admin) {}

  /** Rejects with the client's error where no broker answers, or the login is wrong. */
  static async open(settings: KafkaSettings, report: KafkaReport = () => undefined): Promise<KafkaAdmin> {
    const { brokers, clientId } = settings;
    const kafka = new Kafka({ brokers: [...brokers], clientId, ...kafkajsSecurity(settings), connectionTimeout: 3_000, retry: { retries: 4, initialRetryTime: 200 }, logLevel: logLevel.WARN, logCreator: reporting(report) });
    const admin = kafka.admin();
    try {
      await admin.connect();
      return new KafkaAdmin(admin);
    } catch (error) {
      await admin.disconnect().catch(() => undefined);
      throw error;
    }
  }

  /** How many brokers there are. */
  async brokers(): Promise<number> {
    return (await this.admin.describeCluster()).brokers.length;
  }

  /** Those of the topics that exist. */
  async topics(wanted: readonly TopicLayout[]): Promise<FoundTopic[]> {
    const listed = new Set(await this.admin.listTopics());
    const names = wanted.map(({ name }) => name).filter((name) => listed.has(name));
    if (names.length === 0) return [];
    const configNames = Object.keys(topicConfig({ retentionMs: null }, 1));
    const [{ topics }, { resources }] = await Promise.all([
      this.admin.fetchTopicMetadata({ topics: names }),
      this.admin.describeConfigs({ includeSynonyms: false, resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name, configNames })) }),
    ]);
    return topics.map(({ name, partitions }) => {
      const entries = resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? [];
      const config = Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue]));
      return { name, partitions: partitions.length, replication: partitions[0]?.replicas.length ?? 1, config };
    });
  }

  /** Does what a plan says, but for what it refuses. */
  async apply({ create, alter }: Pick<TopicPlan, 'create' | 'alter'>, replication: number): Promise<void> {
    if (create.length > 0) {
      const topics = create.map(({ name, partitions, config }) => ({ topic: name, numPartitions: partitions, replicationFactor: replication, configEntries: entriesOf(config) }));
      // Made one after the other by two administrators at once: then it is there, which is all we want.
      await this.admin.createTopics({ topics, waitForLeaders: true });
    }
    if (alter.length === 0) return;
    // This call replaces all of a topic's settings: those that stay as they are have to be said again.
    const whole = await this.admin.describeConfigs({ includeSynonyms: false, resources: alter.map(({ name }) => ({ type: ConfigResourceTypes.TOPIC, name })) });
    const resources = alter.map(({ name, config }) => {
      const own = whole.resources.find(({ resourceName }) => resourceName === name)?.configEntries.filter(({ isDefault, configSource }) => !isDefault && Number(configSource) === 1) ?? [];
      const kept = Object.fromEntries(own.map(({ configName, configValue }) => [configName, configValue]));
      return { type: ConfigResourceTypes.TOPIC, name, configEntries: entriesOf({ ...kept, ...config }) };
    });
    await this.admin.alterConfigs({ validateOnly: false, resources });
  }

  /** Grants rights. Granting one again changes nothing. */
  async grant(grants: readonly Grant[]): Promise<void> {
    const operations = { Read: AclOperationTypes.READ, Write: AclOperationTypes.WRITE, Describe: AclOperationTypes.DESCRIBE, DescribeConfigs: AclOperationTypes.DESCRIBE_CONFIGS };
    const acl = grants.map(({ principal, topic, operation }) => ({
      resourceType: AclResourceTypes.TOPIC, resourceName: topic, resourcePatternType: ResourcePatternTypes.LITERAL, principal, host: '*', operation: operations[operation], permissionType: AclPermissionTypes.ALLOW,
    }));
    if (acl.length === 0) return;
    await this.admin.createAcls({ acl });
    await this.#inForce(acl);
  }

  /** The controller answers before brokers act on a right: seconds, while they make hundreds of partitions. A service that starts at once would see no topic. */
  async #inForce(acl: readonly { readonly principal: string; readonly resourceName: string; readonly operation: number }[]): Promise<void> {
    const any = { resourceType: AclResourceTypes.TOPIC, resourcePatternType: ResourcePatternTypes.LITERAL, operation: AclOperationTypes.ANY, permissionType: AclPermissionTypes.ALLOW };
    for (const deadline = performance.now() + inForceMs; performance.now() < deadline; await new Promise((resolve) => setTimeout(resolve, 100))) {
      const { resources } = await this.admin.describeAcls(any);
      const held = new Set(resources.flatMap(({ resourceName, acls }) => acls.map(({ principal, operation }) => `${principal} ${resourceName} ${operation}`)));
      if (acl.every(({ principal, resourceName, operation }) => held.has(`${principal} ${resourceName} ${operation}`))) return;
    }
    throw new Error(`the brokers do not act on the granted rights after ${inForceMs / 1_000} s; look at their logs`);
  }

  /** Removes the records of a partition below `offset`; all that there are now where it is undefined. */
  async forget(topic: string, partition: number, offset?: number): Promise<void> {
    await this.admin.fetchTopicOffsets(topic); // The client learns where the partition is.
    await this.admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset ?? -1) }] });
  }

  async close(): Promise<void> {
    await this.admin.disconnect();
  }
}

function entriesOf(config: { readonly [name: string]: string }): { name: string; value: string }[] {
  return Object.entries(config).map(([name, value]) => ({ name, value }));
}
