import { Controller, Get, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { toId } from '@parley/contracts';
import type { AdjustmentPosted, BusinessId, ChargeId, OwnerId, Payload } from '@parley/contracts';
import { newId } from '@parley/crypto';
import { parseDecimal } from '@parley/money';
import { amountsOf, ApiKeyGuard, bodyOf, CallerOf, Describe, everyBusiness, id, object, Problem, Rows, Runtime, Scopes, shape, text, Writes } from '@parley/service';
import type { Caller, Shape } from '@parley/service';
import type { Request, Response } from 'express';
import { chargeOf } from '../projections/charge.js';
import type { Charge } from '../projections/charge.js';
import { trialBalance } from '../projections/ledger-entry.js';
import { postAdjustment, showBalance } from './ledger-descriptions.js';

/** A signed amount as decimal text: "-0.0055" gives back 5500 micros. */
const signedAmount: Shape<bigint> = shape({ type: 'string', pattern: '^-?\\d{1,9}(\\.\\d{1,6})?$', description: 'A signed amount as text, never a binary float.' }, (value, path, findings) => {
  const hint = 'must be a signed amount as text with at most six decimals, such as "-0.0055" in the owner’s favour; not 0';
  if (typeof value !== 'string' || !/^-?(0|[1-9]\d{0,8})(\.\d{1,6})?$/.test(value)) return findings.wrong(path, hint);
  const amount = parseDecimal(value);
  return amount === 0n ? findings.wrong(path, hint) : amount;
});

const adjustmentShape = object({
  chargeId: id('Charge'),
  amount: signedAmount,
  reason: text({ max: 512, hint: 'for the owner to read on the bill' }),
  causedBy: text({ max: 256, hint: 'what made it necessary, such as the id and version of a corrected rate card' }),
});

/** The books: what every account was moved by, and corrections of charges. */
@Controller('billing/v1')
@UseGuards(ApiKeyGuard)
export class LedgerController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime,
    @Inject(Rows) private readonly rows: Rows,
    @Inject(Writes) private readonly writes: Writes,
  ) {}

  @Get('ledger/balance')
  @Scopes('charges:read', 'operator')
  @Describe(showBalance)
  async balance(@CallerOf() caller: Caller): Promise<unknown> {
    const accounts = await this.rows.for(caller, (manager) => trialBalance(manager, caller.businessId));
    const sums = new Map<string, bigint>();
    for (const { currency, debits, credits } of accounts) sums.set(currency, (sums.get(currency) ?? 0n) + debits - credits);
    const data = accounts.map(({ debits, credits, ...of }) => ({ ...of, ...amountsOf({ debits, credits, balance: debits - credits }) }));
    return { balanced: [...sums.values()].every((sum) => sum === 0n), data };
  }

  /** A correction is a fact of its own on the ledger; the charge, and any invoice that has it, stay as they are. */
  @Post('adjustments')
  @Scopes('operator')
  @Describe({ ...postAdjustment, body: adjustmentShape })
  async adjust(@CallerOf() caller: Caller, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const asked = bodyOf(request, adjustmentShape);
    const charge = await this.rows.for(caller, (manager) => chargeOf(manager, asked.chargeId));
    if (charge === null) throw new Problem('not-found', `There is no charge ${asked.chargeId}. GET /billing/v1/charges lists a business’s charges with their ids.`);
    const event: Payload<AdjustmentPosted> = {
      type: 'AdjustmentPosted',
      adjustmentId: toId('Adjustment', newId('adj', this.runtime.random)),
      ...asked,
      chargeId: charge.chargeId as ChargeId,
      ...correctedBy(charge),
      correction: null,
    };
    const { adjustmentId, chargeId, currency, amount } = event;
    const body = { adjustmentId, chargeId, currency, ...amountsOf({ amount }) };
    return this.writes.submit(request, response, {
      businessId: everyBusiness,
      client: 'operator/adjustments',
      outputs: [{ topic: 'parley.ledger.v1', key: event.ownerId, event }],
      answer: { status: 201, body },
    });
  }
}

/** What a correction has in common with the charge that it corrects. */
function correctedBy({ ownerId, businessId, currency, month, market, pricingCategory, tier, illustrative }: Charge): Omit<Payload<AdjustmentPosted>, 'type' | 'adjustmentId' | 'chargeId' | 'amount' | 'reason' | 'causedBy' | 'correction'> {
  return { ownerId: ownerId as OwnerId, businessId: businessId as BusinessId, currency, month, market, pricingCategory, tier, illustrative };
}
