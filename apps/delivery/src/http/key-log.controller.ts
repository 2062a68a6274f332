import { Controller, Get, Inject, Req, UseGuards } from '@nestjs/common';
import { toBase64 } from '@parley/crypto';
import { ApiKeyGuard, CallerOf, Describe, object, optional, queryOf, Scopes, text } from '@parley/service';
import type { Caller } from '@parley/service';
import type { Request } from 'express';
import { KeyDirectory } from '../keys/key-directory.js';
import { KeyLog } from '../keys/key-log.js';
import { EndGuard, EndOf, OpenToDevices } from './end.guard.js';
import type { End } from './end.guard.js';
import { showEntries, showLog } from './key-descriptions.js';
import { numberOf, wholeQuery } from './key-shapes.js';

const mostEntries = 1_000;
const headQuery = object({ head: optional(wholeQuery) });
const limit = text({ max: 4, pattern: /^([1-9]\d{0,2}|1000)$/, hint: `must be a whole number from 1 to ${mostEntries}` });
const entriesQuery = object({ from: optional(wholeQuery), limit: optional(limit) });

/** The log of device lists, as a whole: to compare heads, and to audit. */
@Controller('delivery/v1/key-log')
export class KeyLogController {
  constructor(
    @Inject(KeyDirectory) private readonly keys: KeyDirectory,
    @Inject(KeyLog) private readonly log: KeyLog,
  ) {}

  @Get()
  @UseGuards(EndGuard)
  @OpenToDevices('directory:read')
  @Describe({ ...showLog, query: headQuery })
  async head(@EndOf() end: End, @Req() request: Request): Promise<unknown> {
    const { head: older } = queryOf(request, headQuery);
    const { head, consistency } = await this.keys.head(viewing(end), numberOf(older));
    return { logId: this.log.logId, publicKey: toBase64(this.log.publicKey), head: toBase64(head), consistency: consistency && toBase64(consistency) };
  }

  /** Not for devices: the entries name every account there is. */
  @Get('entries')
  @UseGuards(ApiKeyGuard)
  @Scopes('directory:read', 'operator')
  @Describe({ ...showEntries, query: entriesQuery })
  async entries(@CallerOf() caller: Caller, @Req() request: Request): Promise<unknown> {
    const { from, limit: wanted } = queryOf(request, entriesQuery);
    const [start, most] = [numberOf(from) ?? 0, numberOf(wanted) ?? mostEntries];
    const entries = await this.keys.entries(caller, start, most);
    return { entries: entries.map((entry) => toBase64(entry)), next: entries.length === most ? start + most : null };
  }
}

function viewing(end: End): { readonly businessId: string } | { readonly contactId: string } {
  return end.party === 'contact' ? { contactId: end.contactId } : { businessId: end.businessId };
}
