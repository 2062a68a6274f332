import { Controller, Get, Inject, UseGuards } from '@nestjs/common';
import { answered, ApiKeyGuard, Describe, id, integer, list, object, Scopes } from '@parley/service';
import { Conservation } from '../conservation/conservation.js';

const count = integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const residual = integer({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
const ended = { refused: count, failed: count, pending: count, inTransit: count, repeated: count, overtaken: count, residual };
const books = object({
  residual: count,
  businesses: list(object({ businessId: id('Business'), accepted: count, charged: count, free: count, ...ended }), { min: 0, max: 10_000_000 }),
  partitions: list(object({ businessId: id('Business'), partition: count, accepted: count, arrived: count, ...ended }), { min: 0, max: 100_000_000 }),
});

/** The books in which messages are counted. */
@Controller('conservation')
@UseGuards(ApiKeyGuard)
@Scopes('operator')
export class ConservationController {
  constructor(@Inject(Conservation) private readonly conservation: Conservation) {}

  @Get()
  @Describe({
    summary: 'Whether every accepted message is accounted for: accepted = charged + free + refused + failed + pending + repeated.',
    detail: '`residual` is what is in none of these, `overtaken` what one service has taken and none has given on: 0, both, always; the first `residual` is the sum of both. `inTransit`, a part of what is pending, is on its way from one service to the next: what stays there waits for a lane or a redrive. By business, and by partition of the conversations up to the arrival. It reads the tables of messages whole: ask it every few minutes, not every second.',
    answer: answered('The books.', books),
  })
  async show(): Promise<unknown> {
    return this.conservation.books();
  }
}
