// One process of our line. Its settings come as one JSON argument; it says `ready`, starts at a line on its input, says its result and ends.
import { createCodec } from '@parley/bus';
import { KafkaLog } from '@parley/bus-kafka';
import { openPostgres } from '@parley/bus-postgres';
import { once } from 'node:events';
import { runLine } from './line.mjs';
import { catalog, conversations, ledger, partitions, usage } from './workload.mjs';

const { brokers, databaseUrl, shares, limits } = JSON.parse(process.argv[2]);
const topics = [catalog, conversations, usage, ledger].map((name) => ({ name, partitions: name === catalog ? 1 : partitions }));
const log = await KafkaLog.open({ brokers: [brokers], clientId: 'bench', tls: null, sasl: null }, { topics, clock: Date.now });
const database = await openPostgres(databaseUrl, { poolSize: shares.length * 2 });
console.log('ready');
await once(process.stdin, 'data');
const result = await runLine({ log, database, codec: createCodec(), shares, limits });
console.log(JSON.stringify(result));
await log.close();
await database.close();
process.exit();
