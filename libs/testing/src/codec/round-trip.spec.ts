import { describe, expect, test } from '@jest/globals';
import { createCodec } from '@parley/bus';
import { EVENT_TYPES } from '@parley/contracts';
import fc from 'fast-check';
import { anyEventOf } from './any-event.js';

const codec = createCodec();

describe('every event type', () => {
  test.each(EVENT_TYPES)('%s comes back from its frame as it went in', (type) => {
    fc.assert(
      fc.property(anyEventOf(type), (event) => {
        const frame = codec.encode(event);
        expect(codec.decode(frame)).toStrictEqual(event);
        expect(codec.readMeta(frame)).toStrictEqual({ schemaId: frame[4], type, meta: event.meta, end: expect.any(Number) });
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});
