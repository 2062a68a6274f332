import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Table } from '@parley/contracts';
import { chargeTable, windowTable } from '@parley/domain';
import { memoryTerminal } from '../terminal/memory-terminal.fixture.js';
import { perform } from './performance.js';
import { prove } from './proof.js';
import { businesses } from './script.js';
import { tellStory } from './story.js';
import type { KeptLane, Row } from './virtual-platform.js';

interface Told {
  readonly scenes: readonly { readonly title: string; readonly happenings: readonly Readonly<Record<string, unknown>>[] }[];
  readonly weekend: readonly Readonly<Record<string, unknown>>[];
  readonly proof: { readonly isIdentical: boolean; readonly leaks: readonly string[]; readonly lanes: readonly Readonly<Record<string, unknown>>[] };
}

describe('the story', () => {
  let told: Told;
  beforeAll(async () => {
    const terminal = memoryTerminal();
    expect(await tellStory(terminal, { json: true })).toBe(0);
    told = JSON.parse(terminal.lines.join('\n')) as Told;
  });

  it('costs what the announcement says, by hand from the rate card’s utility column', () => {
    const { scenes, weekend } = told;
    const charges = scenes.map(({ happenings }) => happenings.flatMap(({ event, customer, rule, amount }) => (event === 'ChargePosted' ? [[customer, rule, amount]] : [])));
    expect(charges).toEqual([
      [
        ['Anna', 'S0/inside-window', '0.0000'], // 2 h after she wrote
        ['Anna', 'S0/late-free-form', '0.0550'], // 25 h: Germany
      ],
      [['Anna', 'S0/template', '0.0550']],
      [['Jonas', 'S0/app-lane', '0.0000']],
      [],
      [
        ['Ravi', 'S0/late-free-form', '0.0014'], // India
        ['Carla', 'S0/late-free-form', '0.0068'], // Brazil
        ['Tom', 'S0/late-free-form', '0.0034'], // North America
        ['Tom', 'S0/late-free-form', '0.0034'], // a second bubble is a second charge
        ['Léa', 'S0/late-free-form', '0.0300'], // France
        ['Amina', 'S0/late-free-form', '0.0067'], // Nigeria
        ['Jonas', 'S0/late-free-form', '0.0550'], // Germany, 24 h to the minute: no longer inside
        ['Sofia', 'S0/inside-window', '0.0000'],
      ],
    ]);
    expect(weekend.map(({ market, late, amount }) => [market, late, amount])).toEqual([
      ['Germany', 1, '0.0550'],
      ['France', 1, '0.0300'],
      ['Brazil', 1, '0.0068'],
      ['North America', 2, '0.0068'],
      ['Nigeria', 1, '0.0067'],
      ['India', 1, '0.0014'],
      ['Italy', 0, '0.0000'],
    ]);
  });

  it('refuses a first contact, as a template too, and sends nothing', () => {
    const { scenes } = told;
    expect(scenes[3]?.happenings.map(({ customer, event, reason }) => [customer, event, reason])).toEqual([
      ['Paul', 'MessageRefused', 'no_consent'],
      ['Paul', 'MessageRefused', 'no_consent'],
    ]);
  });

  it('warns before a window closes, and says when it has', () => {
    const { scenes } = told;
    const windows = scenes[0]?.happenings.filter(({ event }) => String(event).startsWith('Window')).map(({ event, at }) => [event, at]);
    expect(windows).toEqual([
      ['WindowExpiring', '2018-08-04T15:00:00.000Z'],
      ['WindowClosed', '2018-08-04T17:00:00.000Z'],
    ]);
  });

  it('folds the log again to the same windows and charges, and finds no text on the platform', () => {
    const { proof } = told;
    expect(proof).toMatchObject({ isIdentical: true, leaks: [] });
    for (const { live, refolded, lanes } of proof.lanes) expect([refolded, Number(lanes) > 0]).toEqual([live, true]);
    expect(proof.lanes.find(({ topology }) => topology === 'windows')).toMatchObject({ rows: { window: 9 } });
    expect(proof.lanes.find(({ topology }) => topology === 'billing')).toMatchObject({ records: 12, decisions: 12, rows: { charge: 12 } });
  });

  it('prints tables that fit into 110 columns, without colours in a pipe', async () => {
    const terminal = memoryTerminal();
    expect(await tellStory(terminal, { json: false })).toBe(0);
    const text = terminal.lines.join('\n');
    expect(Math.max(...terminal.lines.map((line) => [...line].length))).toBeLessThanOrEqual(110);
    expect(text).not.toContain('\u001b');
    expect(text).toContain('│ All           │       8 │       1 │    7 │        │ 0.1067 † │');
    expect(text).toContain('† Rate card usd-for-s0 version 1, utility column.');
    // Nine waits were answered; seven times a window came within two hours of its close with nobody having answered. Twelve charges of two businesses are eleven
    // rows of spend (two to one market by one rule on one day), and two days of late replies; nine of
    // them cost something, and have two entries each in the books.
    expect(text).toContain('Windows and ledger are the same, row for row: 36 lanes, 154 rows, 12 charges.');
  });

  it('is the same each time it is told', async () => {
    const [one, other] = [memoryTerminal(), memoryTerminal()];
    await tellStory(one, { json: false });
    await tellStory(other, { json: false });
    expect(other.lines).toEqual(one.lines);
  });
});

describe('the story, where somebody has changed what was folded', () => {
  const tampered: readonly { what: string; table: Table; wanted: (row: Row) => boolean; change: Row; says: RegExp }[] = [
    { what: 'a charge', table: chargeTable, wanted: (row) => row['market'] === 'India', change: { amount_micros: '1' }, says: /amount_micros was "1", the log says "1400"/ },
    { what: 'a window', table: windowTable, wanted: () => true, change: { last_inbound_at: null }, says: /last_inbound_at was null, the log says 15\d+/ },
  ];

  it.each(tampered)('fails and names the row: $what', async ({ table, wanted, change, says }) => {
    const terminal = memoryTerminal();
    let key = {};
    const code = await tellStory(terminal, {
      json: false,
      tamper: async (lanes) => void (key = await changeRow(lanes, table, wanted, change)),
    });
    expect(code).toBe(1);
    expect(terminal.remarks.join('\n')).toContain(`row of ${table.name} ${JSON.stringify(key)}`);
    expect(terminal.remarks.join('\n')).toMatch(says);
    expect(terminal.lines.join('\n')).toContain('NOT THE SAME');
  });

  it('finds a text that does stand on the platform in clear', async () => {
    const performance = await perform();
    const { leaks } = await prove({ ...performance, texts: [...performance.texts, businesses.shop.name] });
    expect(leaks).toEqual(['Blue Door']);
  });
});

/** Changes one row as if a lane had written it. Resolves with the row's key. */
async function changeRow(lanes: readonly KeptLane[], table: Table, wanted: (row: Row) => boolean, change: Row): Promise<object> {
  for (const { name, store } of lanes) {
    const lines = (await store.dump(name)).split('\n').filter((line) => line.startsWith(`["row","${table.name}:`));
    const row = lines.map((line) => (JSON.parse(line) as [string, string, Row])[2]).find(wanted);
    if (row === undefined) continue;
    const key = Object.fromEntries(table.key.map((column) => [column, String(row[column])]));
    const { epoch, ...at } = await store.claim(name);
    const nothing = { states: [], timers: [], balances: [], tallies: [], fired: [], waiting: [], redriven: [], answered: [] };
    await store.commit(name, epoch, { row: at, ...nothing, rows: [{ table: table.name, key, row: { ...row, ...change } }] });
    return key;
  }
  throw new Error(`no such row of ${table.name}`);
}
