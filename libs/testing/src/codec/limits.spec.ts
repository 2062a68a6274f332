import { describe, expect, test } from '@jest/globals';
import { createCodec, FRAME_LIMIT } from '@parley/bus';
import { EVENT_TYPES } from '@parley/contracts';
import type { AnyEvent, EventOf, EventType } from '@parley/contracts';
import fc from 'fast-check';
import { anyEventOf } from './any-event.js';

const codec = createCodec();
const samples = new Map(EVENT_TYPES.map((type) => [type, fc.sample(anyEventOf(type), { numRuns: 1, seed: 3 })[0]!]));
const sampleOf = <Type extends EventType>(type: Type): EventOf<Type> => samples.get(type) as EventOf<Type>;

describe('64 KiB', () => {
  /** A list of prefixes whose frame has exactly so many bytes. */
  function frameOf(bytes: number): EventOf<'MarketPrefixesPublished'> {
    const full = { prefix: '1234567', country: 'x'.repeat(128), market: 'y'.repeat(64) };
    const event = { ...sampleOf('MarketPrefixesPublished'), rows: Array.from({ length: 300 }, () => full) };
    const missing = bytes - codec.encode(event).length;
    // A further row takes 1 + 1 + 3 bytes and its texts; lengths from 64 on take a second byte.
    const rows = Array.from({ length: Math.floor(missing / 200) - 1 }, () => full);
    const rest = bytes - codec.encode({ ...event, rows: [...event.rows, ...rows] }).length;
    for (let country = 1; country <= 128; country++)
      for (let market = 1; market <= 64; market++) {
        const last = { prefix: '1', country: 'x'.repeat(country), market: 'y'.repeat(market) };
        const filler = { prefix: '1', country: 'x'.repeat(100), market: 'y'.repeat(10) };
        const sizeOf = (row: typeof last): number => 2 + row.country.length + (row.country.length > 63 ? 2 : 1) + row.market.length + (row.market.length > 63 ? 2 : 1);
        if (sizeOf(filler) + sizeOf(last) === rest) return { ...event, rows: [...event.rows, ...rows, filler, last] };
      }
    throw new Error('no such list');
  }

  test('fits to the byte, and one more is too large', () => {
    const exact = frameOf(FRAME_LIMIT);
    const frame = codec.encode(exact);
    expect(frame.length).toBe(65_536);
    expect(codec.decode(frame)).toStrictEqual(exact);
    const [first, ...others] = exact.rows.toReversed();
    const longer = { ...exact, rows: [{ ...first!, prefix: '12' }, ...others] };
    expect(() => codec.encode(longer)).toThrow(expect.objectContaining({ name: 'FrameError', code: 'too_large' }));
  });

  test('a frame beyond it is not even looked at', () => {
    const frame = new Uint8Array(FRAME_LIMIT + 1);
    expect(() => codec.decode(frame)).toThrow(expect.objectContaining({ code: 'too_large' }));
    expect(() => codec.readMeta(frame)).toThrow(expect.objectContaining({ code: 'too_large' }));
  });

  test('the largest envelope has room', () => {
    const event = { ...sampleOf('EnvelopeStored'), bytes: new Uint8Array(48 * 1024).fill(255) };
    expect(codec.decode(codec.encode(event))).toStrictEqual(event);
    expect(() => codec.encode({ ...event, bytes: new Uint8Array(48 * 1024 + 1) })).toThrow(expect.objectContaining({ code: 'invalid_value' }));
  });
});

describe('micros are exact', () => {
  test.each([-(2n ** 63n), 2n ** 63n - 1n, -(2n ** 53n) - 1n, 2n ** 53n + 1n, 0n, -1n, 1n, 127n, -128n, 2n ** 31n, -(2n ** 31n) - 1n])('%d', (amount) => {
    const event = { ...sampleOf('AdjustmentPosted'), amount };
    expect(codec.decode(codec.encode(event))).toStrictEqual(event);
  });

  test('any of 64 bits', () => {
    const event = sampleOf('AdjustmentPosted');
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (amount) => {
        expect(codec.decode(codec.encode({ ...event, amount }))).toMatchObject({ amount });
      }),
      { numRuns: 500 },
    );
  });

  test.each([2n ** 63n, -(2n ** 63n) - 1n, 5, null])('%p is refused', (amount) => {
    expect(() => codec.encode({ ...sampleOf('AdjustmentPosted'), amount } as AnyEvent)).toThrow(expect.objectContaining({ code: 'invalid_value' }));
  });
});

describe('values outside the limits of their schema', () => {
  const sent = sampleOf('MessageSent');
  const instantOutside = [Date.UTC(2009, 0, 1) - 1, Date.UTC(2100, 0, 1), Date.UTC(2024, 0, 1) + 0.5, Number.NaN, Infinity, -0.5, '2024', null];

  test.each(instantOutside)('the instant %p', (at) => {
    expect(() => codec.encode({ ...sent, meta: { ...sent.meta, at: at as number } })).toThrow(/^invalid_value: MessageSent\.meta\.at: must be an integer from/);
  });

  test.each([Date.UTC(2009, 0, 1), Date.UTC(2100, 0, 1) - 1])('the instant %p is the last one allowed', (at) => {
    expect(codec.decode(codec.encode({ ...sent, meta: { ...sent.meta, at } }))).toMatchObject({ meta: { at } });
  });

  test.each<[string, object]>([
    ['.meta.eventId', { meta: { ...sent.meta, eventId: '3F2504E0-4F89-41D3-9A0C-0305E82C3301' } }],
    ['.meta.number', { meta: { ...sent.meta, number: -1 } }],
    ['.meta.number', { meta: { ...sent.meta, number: 2 ** 53 } }],
    ['.meta.cause.partition', { meta: { ...sent.meta, cause: { topic: 'parley.usage.v1', partition: 10_000, offset: 0 } } }],
    ['.message.envelopeHash', { message: { ...sent.message, envelopeHash: 'AB'.repeat(32) } }],
    ['.message.contactId', { message: { ...sent.message, contactId: '+49 170 123' } }],
    ['.message.messageId', { message: { ...sent.message, messageId: 'm'.repeat(129) } }],
    ['.message.lane', { message: { ...sent.message, lane: 'fax' } }],
    ['.message.template', { message: { ...sent.message, template: undefined } }],
    ['.message', { message: null }],
    ['.market', { market: '' }],
    ['.market', { market: 'x'.repeat(65) }],
    ['.market', { market: 'half \ud83d' }],
    ['.market', { market: undefined }],
    ['.lastInboundAt', { lastInboundAt: undefined }],
  ])('%s is named, and the value is not', (path, change) => {
    let message = '';
    try {
      codec.encode({ ...sent, ...change } as AnyEvent);
    } catch (error) {
      expect(error).toMatchObject({ name: 'FrameError', code: 'invalid_value' });
      message = (error as Error).message;
    }
    expect(message).toMatch(new RegExp(`^invalid_value: MessageSent${path.replaceAll('.', '\\.')}: must|^invalid_value: MessageSent${path.replaceAll('.', '\\.')}: has`));
    expect(message).not.toMatch(/fax|170 123|3F2504E0/);
  });

  test('an event type nobody registered', () => {
    expect(() => codec.encode({ ...sent, type: 'MessageEaten' } as unknown as AnyEvent)).toThrow(expect.objectContaining({ code: 'unknown_schema' }));
  });

  test('text that is not UTF-8 is refused, not replaced', () => {
    const frame = codec.encode({ ...sent, market: 'Österreich', lastInboundAt: null, entryPointAt: null });
    const at = Buffer.from(frame).indexOf('sterreich') - 1;
    expect(codec.decode(frame)).toMatchObject({ market: 'Österreich' });
    expect(() => codec.decode(frame.map((byte, index) => (index === at ? 0x20 : byte)))).toThrow(expect.objectContaining({ code: 'bad_text' }));
  });

  test('a frame does not change when the next one is made', () => {
    const one = codec.encode(sent);
    const copy = Uint8Array.from(one);
    for (const type of EVENT_TYPES) codec.encode(sampleOf(type));
    expect(Uint8Array.from(one)).toEqual(copy);
  });

  test('a decoded envelope does not change when its frame does', () => {
    const event = { ...sampleOf('EnvelopeStored'), bytes: Uint8Array.from([1, 2, 3]) };
    const frame = codec.encode(event);
    const decoded = codec.decode(frame);
    frame.fill(9);
    expect(decoded).toStrictEqual(event);
  });
});
