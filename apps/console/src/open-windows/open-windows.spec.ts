import { describe, expect, it } from '@jest/globals';
import { clockLead, countdowns } from './open-windows.js';

const now = Date.parse('2026-11-26T12:00:00Z');
const closing = (conversationId: string, closesAt: string) => ({ conversationId, contactId: 'c', lastInboundAt: '2026-11-26T00:00:00Z', closesAt, market: null });

describe('open windows', () => {
  it('come by time left, and those that have closed are gone', () => {
    const rows = countdowns([closing('later', '2026-11-27T00:00:00Z'), closing('gone', '2026-11-26T12:00:00Z'), closing('soon', '2026-11-26T15:00:00Z'), closing('now', '2026-11-26T13:00:00Z')], now);
    expect(rows.map(({ conversationId, urgency, leftMs, leftPercent }) => [conversationId, urgency, leftMs, leftPercent])).toEqual([
      ['now', 'now', 3_600_000, 4],
      ['soon', 'soon', 10_800_000, 13],
      ['later', 'later', 43_200_000, 50],
    ]);
  });

  it('are told by the platform’s clock, whatever this machine’s says', () => {
    const receivedAtMs = now - 300_000; // Five minutes behind.
    expect(receivedAtMs + 1_000 + clockLead({ now: '2026-11-26T12:00:00Z' }, receivedAtMs)).toBe(now + 1_000);
  });
});
