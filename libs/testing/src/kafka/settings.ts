/** Who may log in, by SASL/SCRAM or SASL/PLAIN. */
export interface KafkaUser {
  readonly username: string;
  readonly password: string;
}

/** PEM files: the authority that vouches for the broker, and a client's certificate and key. */
export interface KafkaCertificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export interface BrokerSettings {
  /** As clients see it. */
  readonly host: string;
  /** The interface it listens on. */
  readonly listen: string;
  readonly port: number;
  readonly controllerPort: number;
  readonly data: string;
  /** The first of them is the broker itself, and its administrator; empty: nobody logs in. */
  readonly users: readonly KafkaUser[];
  readonly acl: boolean;
  /** PEM files: the broker's certificate with its key, and its authority. */
  readonly tls: { readonly keys: string; readonly ca: string } | null;
  readonly config: Readonly<Record<string, string>>;
}

/** For `kafka-storage format`. One broker is a cluster of its own, so it need not be told from others. */
export const clusterId = 'MkU3OEVBNTcwNTJENDM2Qk';

/** A broker that is its own controller: KRaft, one node, so every topic has one replica. */
const single = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.listener.names': 'CONTROLLER',
  'inter.broker.listener.name': 'CLIENT',
  'auto.create.topics.enable': 'false',
  'default.replication.factor': '1',
  'min.insync.replicas': '1',
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.state.log.num.partitions': '4',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  'share.coordinator.state.topic.num.partitions': '1',
  'group.initial.rebalance.delay.ms': '0',
  // After a kill the broker is let in again once its earlier session has run out: 9 s by itself.
  'broker.session.timeout.ms': '3000',
  'broker.heartbeat.interval.ms': '500',
  'log.cleaner.dedupe.buffer.size': '16777216', // 128 MB by itself, of a heap that may have 256.
};

/** The broker's server.properties. */
export function serverProperties(settings: BrokerSettings): string {
  const { host, listen, port, controllerPort } = settings;
  const secure = settings.users.length > 0;
  const protocol = secure ? (settings.tls ? 'SASL_SSL' : 'SASL_PLAINTEXT') : settings.tls ? 'SSL' : 'PLAINTEXT';
  const properties = {
    ...single,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `CLIENT://${listen}:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `CLIENT://${host}:${port}`,
    // What comes in on the controller's port is only the broker itself; with users it has to say who it is there, too.
    'listener.security.protocol.map': `CLIENT:${protocol},CONTROLLER:${secure ? 'SASL_PLAINTEXT' : 'PLAINTEXT'}`,
    'log.dirs': settings.data,
    ...(secure ? saslProperties(settings.users) : {}),
    ...(settings.tls ? tlsProperties(settings.tls) : {}),
    ...(settings.acl ? aclProperties(settings.users[0]!) : {}),
    ...settings.config,
  };
  return Object.entries(properties).map(([name, value]) => `${name}=${escaped(value)}\n`).join('');
}

function saslProperties(users: readonly KafkaUser[]): Record<string, string> {
  const [self] = users as readonly [KafkaUser];
  const known = users.map(({ username, password }) => `user_${username}="${password}"`).join(' ');
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required username="${self.username}" password="${self.password}" ${known};`;
  const scram = `org.apache.kafka.common.security.scram.ScramLoginModule required username="${self.username}" password="${self.password}";`;
  return {
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512,SCRAM-SHA-256,PLAIN',
    'sasl.mechanism.inter.broker.protocol': 'SCRAM-SHA-512',
    // SCRAM's users are known to the controller only, and it has to be reached first.
    'sasl.mechanism.controller.protocol': 'PLAIN',
    'listener.name.controller.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.controller.plain.sasl.jaas.config': plain,
    'listener.name.client.plain.sasl.jaas.config': plain,
    'listener.name.client.scram-sha-512.sasl.jaas.config': scram,
    'listener.name.client.scram-sha-256.sasl.jaas.config': scram,
  };
}

function tlsProperties({ keys, ca }: { readonly keys: string; readonly ca: string }): Record<string, string> {
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': keys,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': ca,
    'ssl.client.auth': 'requested',
  };
}

function aclProperties(admin: KafkaUser): Record<string, string> {
  return {
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': `User:${admin.username}`,
    'allow.everyone.if.no.acl.found': 'false',
  };
}

/** Arguments of `kafka-storage` that make the data folder, with the users in it. */
export function formatArguments(properties: string, users: readonly KafkaUser[]): readonly string[] {
  const scram = users.flatMap(({ username, password }) =>
    ['SCRAM-SHA-512', 'SCRAM-SHA-256'].flatMap((mechanism) => ['--add-scram', `${mechanism}=[name=${username},password=${password}]`]),
  );
  return ['format', '--ignore-formatted', '--cluster-id', clusterId, '--config', properties, ...scram];
}

/** Warnings, and the one line that says that it has started. */
export const loggingProperties = `appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{HH:mm:ss.SSS} %p %c{1}: %m%n
rootLogger.level=WARN
rootLogger.appenderRef.out.ref=out
logger.started.name=kafka.server.KafkaRaftServer
logger.started.level=INFO
`;

/** Names and passwords stand in three notations (properties, JAAS, an argument), so only what means itself in all of them is taken. */
export function mustBePlain({ username, password }: KafkaUser): void {
  for (const text of [username, password]) {
    if (!/^[\w.-]+$/.test(text)) throw new Error(`a Kafka user of the tests has only letters, digits, dot, dash and underscore in name and password, not '${text}'`);
  }
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
