import { exampleHelp, jsonOption, positive, type AddCommand } from '../command.js';

interface Flags {
  readonly check?: boolean;
  readonly layout?: 'embedded' | 'cluster';
  readonly replication?: number;
  readonly acls?: boolean;
  readonly printAcls?: boolean;
  readonly prefix: string;
  readonly integrator: readonly string[];
  readonly json?: boolean;
}

const about = `
Kafka is PARLEY_KAFKA, with an administrator’s login in PARLEY_KAFKA_USER and PARLEY_KAFKA_PASSWORD where it wants one, and PARLEY_KAFKA_CA for TLS.
Run it once, and again after an update: it changes only what is not so already. The number of partitions never changes: choose the layout once.`;

const examples = [
  'PARLEY_KAFKA=127.0.0.1:9092 parley topics',
  'PARLEY_KAFKA=127.0.0.1:9092 parley topics --check',
  'PARLEY_KAFKA=kafka:9092 PARLEY_KAFKA_USER=admin PARLEY_KAFKA_PASSWORD=… parley topics --acls --integrator acme',
];

export const addTopics: AddCommand = (root, { terminal, environment }, ends) => {
  root
    .command('topics')
    .description('Makes the topics on Kafka and sets them right; grants the services and integrators their rights.')
    .option('--check', 'only say what is not right; exit code 1 where something is')
    .option('--layout <layout>', 'numbers of partitions: cluster (many) or embedded (few); PARLEY_LAYOUT where it is not given')
    .option('--replication <number>', 'copies of new topics; as many as there are brokers, at most 3, where it is not given', positive)
    .option('--acls', 'grant each service the rights it needs, and no more')
    .option('--print-acls', 'only print the rights, as commands of kafka-acls.sh')
    .option('--prefix <text>', 'services log in as <prefix><service>', 'parley-')
    .option('--integrator <login...>', 'logins of integrators who publish requests', [])
    .addOption(jsonOption())
    .addHelpText('after', about + exampleHelp(examples))
    .action(async ({ check = false, layout, replication, acls = false, printAcls = false, prefix, integrator, json = false }: Flags) => {
      const { kafkaFrom, layoutFrom } = await import('../log/place.js');
      const { printRights, runTopics } = await import('./topics.js');
      const principals = { prefix, integrators: integrator };
      if (printAcls) return ends(printRights(principals, environment['PARLEY_KAFKA'] || 'localhost:9092', json, terminal));
      const options = { kafka: kafkaFrom(environment), layout: layoutFrom(environment, layout), check, json, ...(replication !== undefined && { replication }), ...(acls && { acls: principals }) };
      ends(await runTopics(options, terminal));
    });
};
