/** A fault as a patch of the shipped runner: one place of one of its files, replaced. It must break the invariant it names. */
export interface PlantedFault {
  readonly name: string;
  /** Number of the invariant in the design that it breaks. */
  readonly breaks: number;
  /** Below libs/bus/src. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly replace: string;
  /** The first seed known to catch it: what the tests run. */
  readonly seed: number;
  /** Whose life it breaks: the platform's where absent. */
  readonly life?: 'intake';
}

export const plantedFaults: readonly PlantedFault[] = [
  {
    name: 'drop-the-fence', breaks: 4, seed: 1, file: 'runner/session.ts',
    find: 'await store.commit(this.name, this.#row.epoch, change);',
    replace: 'await store.commit(this.name, (await store.load(this.name))!.epoch, change);',
  },
  {
    name: 'skip-the-reappend', breaks: 3, seed: 2, file: 'runner/session.ts',
    find: 'this.#row = { ...this.#row, acked: { ...this.#row.acked, ...seen } };\n    await this.#append();',
    replace: 'this.#row = { ...this.#row, acked: { ...this.#row.acked, ...seen } };',
  },
  {
    name: 'append-before-commit', breaks: 5, seed: 1, file: 'runner/session.ts',
    find: 'const acked = await store.commit(this.name, this.#row.epoch, change);',
    replace: 'if (!store.appendsInCommit) await appendPending(this.name, row.pending, this.spec, 1, this.signal);\n    const acked = await store.commit(this.name, this.#row.epoch, change);',
  },
  {
    name: 'fold-own-output-on-return', breaks: 6, seed: 1, file: 'runner/batch.ts',
    find: 'if (isOwn(session.name, meta) || !folds(topology, type)) continue;',
    replace: 'if (!folds(topology, type)) continue;',
  },
  {
    name: 'go-past-a-failed-append', breaks: 3, seed: 1, file: 'runner/append.ts',
    find: 'await ports.sleep(retryMs, signal);',
    replace: 'return 0;',
  },
  {
    name: 'take-repeated-appends', breaks: 1, seed: 1, file: 'runner/links.ts',
    find: "if (meta.number <= last) return 'drop';",
    replace: "if (meta.number <= last) return 'take';",
  },
  {
    name: 'overlook-deleted-records', breaks: 3, seed: 1, file: 'runner/links.ts',
    find: 'if (meta.number !== last + 1) {',
    replace: 'if (meta.number < last) {',
  },
  {
    name: 'overlook-holes-in-offsets', breaks: 3, seed: 2, file: 'runner/links.ts',
    find: 'if (record.offset === expected) return;',
    replace: 'if (record.offset >= expected) return;',
  },
  {
    name: 'do-not-wait-for-the-catalog', breaks: 10, seed: 4, file: 'runner/session.ts',
    find: 'await catalog.reach(stamped, this.name, this.limits.catalogLateMs, this.signal);',
    replace: 'void stamped;',
  },
  {
    name: 'stamp-no-catalog-offset', breaks: 10, seed: 1, file: 'runner/work.ts',
    find: 'recordedAt: now, cause: position, catalogOffset }',
    replace: 'recordedAt: now, cause: position, catalogOffset: Math.min(1, catalogOffset) }',
  },
  {
    name: 'skip-poison', breaks: 1, seed: 1, file: 'runner/batch.ts',
    find: 'waiting.push(waitingRecord(topology, record, handled.error));',
    replace: '',
  },
  {
    name: 'overtake-a-waiting-key', breaks: 7, seed: 2, file: 'runner/batch.ts',
    find: "if (session.waitingKeys.has(record.key) || newKeys.has(record.key)) {",
    replace: 'if (newKeys.has(record.key)) {',
  },
  {
    name: 'release-a-key-before-its-queue-is-empty', breaks: 7, seed: 1, file: 'runner/redrive.ts',
    find: 'if (done) session.waitingKeys.delete(key);',
    replace: 'session.waitingKeys.delete(key);',
  },
  {
    name: 'forget-waiting-keys-at-claim', breaks: 7, seed: 1, file: 'runner/session.ts',
    find: 'for (const key of keys) this.waitingKeys.add(key);',
    replace: '',
  },
  {
    name: 'never-pause', breaks: 8, seed: 7, file: 'runner/batch.ts',
    find: 'if (session.waitingKeys.size + newKeys.size >= topology.waitingLimit) {',
    replace: 'if (session.waitingKeys.size + newKeys.size >= topology.waitingLimit && topology.waitingLimit === 0) {',
  },
  {
    name: 'keep-every-state-in-memory', breaks: 8, seed: 1, file: 'runner/states.ts',
    find: 'if (this.#states.size <= limit) break;',
    replace: 'if (this.#states.size > 0) break;',
  },
  {
    name: 'take-an-unknown-commit-for-done', breaks: 1, seed: 18, file: 'runner/session.ts',
    find: 'const acked = await store.commit(this.name, this.#row.epoch, change);',
    replace: "const acked = await store.commit(this.name, this.#row.epoch, change).catch((error: Error) => {\n      if (error.message.startsWith('simulated: no answer')) return {};\n      throw error;\n    });",
  },
  {
    name: 'trust-an-older-database', breaks: 5, seed: 9, file: 'runner/append.ts',
    find: 'if (meta.link === lane && meta.number > sent) {',
    replace: 'if (meta.link === lane && meta.number < 0) {',
  },
  {
    name: 'write-beside-the-partition', breaks: 9, seed: 3, file: 'runner/work.ts',
    find: 'const decision = outbox.stage({ topic: topology.decisions, key, event: payload }, stamp, position.partition);',
    replace: 'const decision = outbox.stage({ topic: topology.decisions, key, event: payload }, stamp, 1 - position.partition);',
  },
  {
    name: 'answer-before-the-commit', breaks: 12, seed: 3, file: 'runner/slot.ts',
    find: 'const before = group.map(({ tried }) => tried);',
    replace: "const before = group.map(({ tried }) => tried);\n    group.forEach((queued) => queued.resolve(submitted(queued.submission, { kind: 'taken' }, false)));",
  },
  {
    name: 'append-repeated-requests', breaks: 12, seed: 1, file: 'runner/slot.ts',
    find: 'group.forEach(({ submission }, index) => taken[index] && this.#stage(',
    replace: 'group.forEach(({ submission }, index) => index < taken.length && this.#stage(',
  },
  {
    name: 'fold-only-the-command', breaks: 6, seed: 1, file: 'runner/work.ts',
    find: 'state = topology.evolve(state, decision);',
    replace: 'void decision;',
  },
  {
    name: 'forget-the-part-aside', breaks: 10, seed: 246, file: 'runner/key-states.ts',
    find: 'this.#aside?.keep(aside, this.limit - this.#own.size);',
    replace: 'void aside;',
  },
  {
    name: 'take-a-successor-for-an-older-database', breaks: 1, seed: 28, file: 'runner/append.ts',
    find: 'if (current && current.epoch > epoch) throw',
    replace: 'if (current && current.epoch < 0) throw',
  },
  {
    name: 'take-every-record-of-an-integrator', breaks: 12, seed: 1, life: 'intake', file: 'runner/intake.ts',
    find: "writes && outcomes[entry]!.kind === 'taken')",
    replace: 'writes && outcomes[entry] !== undefined)',
  },
  {
    name: 'pass-over-conflicting-records', breaks: 12, seed: 1, life: 'intake', file: 'runner/intake.ts',
    find: 'if (!isSame(found, conflicts)) throw',
    replace: 'if (found.size < 0) throw',
  },
  {
    name: 'tell-a-conflict-that-is-none-any-more', breaks: 12, seed: 122, life: 'intake', file: 'runner/intake.ts',
    find: 'if (!isSame(found, conflicts)) throw',
    replace: 'if (conflicts.size === 0 && found.size > 0) throw',
  },
  {
    name: 'commit-requests-over-those-pending', breaks: 3, seed: 1, life: 'intake', file: 'runner/intake.ts',
    find: 'this.#row = await settle(lane, this.#row, this.spec, this.#limits.retryMs, this.signal, lane.slice(',
    replace: 'void settle; void (lane.slice(',
  },
  {
    name: 'append-requests-before-their-commit', breaks: 5, seed: 1, life: 'intake', file: 'runner/intake.ts',
    find: 'const { outcomes, acked } = await store.commitRequests(',
    replace: "const early = entries.filter(({ writes }) => writes);\n        if (!store.appendsInCommit) await appendPending(lane, this.#moved(records, early, now, catalogOffset).pending, this.spec, 1, this.signal);\n        const { outcomes, acked } = await store.commitRequests(",
  },
  {
    name: 'judge-by-an-older-catalog', breaks: 10, seed: 1, life: 'intake', file: 'runner/intake.ts',
    find: 'await catalog.reach(this.#row.catalogOffset, lane, this.#limits.catalogLateMs, this.signal);',
    replace: '',
  },
  {
    name: 'go-by-the-keys-of-an-older-database', breaks: 5, seed: 15, life: 'intake', file: 'runner/requests.ts',
    find: 'if (number <= (row?.sent[place] ?? 0)) continue;',
    replace: 'if (number > 0) continue;',
  },
  {
    name: 'recover-a-lane-without-its-keys', breaks: 12, seed: 3, life: 'intake', file: 'rebuild/recover.ts',
    find: 'requests.push({ ...recovery.keyOf(record, codec.decode(value)), at: clock() });',
    replace: 'recovery.keyOf(record, codec.decode(value));',
  },
  {
    name: 'recover-by-envelopes-alone', breaks: 12, seed: 15, life: 'intake', file: 'rebuild/recover.ts',
    find: 'cause.offset < from || firstTopics.includes(topic)) return;',
    replace: 'cause.offset < from) return;',
  },
  {
    name: 'reserve-without-looking-again', breaks: 11, seed: 25, file: 'memory/store.ts',
    find: 'if (limit !== null && reserved + settled > 0n && this.balanceOf(account) + reserved + settled > limit)',
    replace: 'if (limit !== null && reserved + settled > limit)',
  },
  {
    name: 'count-a-batch-without-its-own-reservations', breaks: 11, seed: 7, file: 'runner/balances.ts',
    find: 'reserved: reserved + (known?.reserved ?? 0n),',
    replace: 'reserved,',
  },
  {
    name: 'rebuild-without-balances', breaks: 6, seed: 1, file: 'rebuild/rebuild.ts',
    find: 'await this.#correctedBalances()',
    replace: '[]',
  },
  {
    name: 'count-what-failed', breaks: 14, seed: 1, file: 'runner/work.ts',
    find: 'let state = topology.evolve(before, event);',
    replace: 'let state = topology.evolve(before, event);\n    if (topology.tallies && !isCommand(topology, event)) this.#tallies.add(topology.tallies(event, null));',
  },
  {
    name: 'count-commands-without-their-decisions', breaks: 14, seed: 1, file: 'runner/work.ts',
    find: 'topology.tallies(event, decided ?? null)',
    replace: 'topology.tallies(event, null)',
  },
];
