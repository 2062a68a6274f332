import { MemoryLog, MemoryStore } from '@parley/bus';
import { behaviourTable, laneStoreBehaviour } from './lane-store.js';
import { behaviourPartitions, logBehaviour } from './log.js';
import { slotStoreBehaviour } from './slot-store.js';

const close = async (): Promise<void> => undefined;
const memoryLog = (): MemoryLog => new MemoryLog(() => behaviourPartitions);

logBehaviour({ name: 'the memory log', has: { other: false, forget: false }, open: async () => ({ log: memoryLog(), close }) });

for (const [name, log] of [['the memory store', undefined], ['the memory store with a log', memoryLog()]] as const) {
  laneStoreBehaviour({
    name,
    typed: false,
    open: async () => {
      const store = new MemoryStore(log);
      return { store, ...(log && { log }), rows: async () => store.rows(behaviourTable.name), close };
    },
  });
  slotStoreBehaviour({ name, open: async () => ({ store: new MemoryStore(log), ...(log && { log }), close }) });
}
