import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req, UseFilters } from '@nestjs/common';
import { newId, systemRandom } from '@parley/crypto';
import { Describe } from '@parley/service';
import type { Request } from 'express';
import { inOrder, type Archive, type ArchivedWebhook } from '../archive/archive.js';
import { maxReplays, type Replayer } from '../webhook/replayer.js';
import { archivedOnWire, parseReplay, parseWebhookQuery, replayOnWire, type WebhookQuery } from '../wire/replay.js';
import { WireFault } from '../wire/fault.js';
import { readBody } from './body.js';
import { Callers } from './caller.js';
import * as descriptions from './webhook-descriptions.js';
import { FaultFilter } from './fault.filter.js';

/** Webhooks that were sent, and sending them again: our own, beside the wire, under a version that no client of the wire has. */
@Controller('gateway/v1/webhooks')
@UseFilters(FaultFilter)
export class WebhooksController {
  constructor(@Inject(Callers) private readonly callers: Callers) {}

  @Get()
  @Describe(descriptions.listWebhooks)
  async list(@Req() request: Request, @Query() query: WebhookQuery) {
    const { archive } = this.kept(request);
    const { since, until, limit, cursor } = parseWebhookQuery(query);
    const data: ArchivedWebhook[] = [];
    for await (const webhook of archive.from({ since, until }, cursor)) {
      data.push(webhook);
      if (data.length > limit) break;
    }
    const page = data.slice(0, limit);
    return { data: page.map(archivedOnWire), cursor: data.length > limit ? page.at(-1)!.id : null };
  }

  @Post('replay')
  @HttpCode(202)
  @Describe(descriptions.askReplay)
  async replay(@Req() request: Request) {
    const { archive, replayer, now } = this.kept(request);
    const wanted = parseReplay(await readBody(request), now);
    if (replayer.underWay.length >= maxReplays) throw new WireFault('throughput', `${maxReplays} replays wait already. Wait for one to end, or end one: DELETE /gateway/v1/webhooks/replays/{id}.`);
    if ('ids' in wanted) {
      for (const id of inOrder(wanted.ids)) if ((await archive.find(id)) === null) throw new WireFault('unknown-object', `There is no webhook ${id} here, or it is kept no longer.`, 'ids');
    }
    return replayOnWire(await replayer.ask(newId('rp_', systemRandom), wanted), null);
  }

  @Get('replays')
  @Describe(descriptions.listReplays)
  replays(@Req() request: Request) {
    const { state, replayer } = this.kept(request);
    return { data: [...state.replays.values()].reverse().map((replay) => replayOnWire(replay, replayer.trouble)) };
  }

  @Get('replays/:id')
  @Describe(descriptions.showReplay)
  progress(@Req() request: Request, @Param('id') id: string) {
    const { state, replayer } = this.kept(request);
    const replay = state.replays.get(id);
    if (replay === undefined) throw unknownReplay(id);
    return replayOnWire(replay, replayer.trouble);
  }

  @Delete('replays/:id')
  @Describe(descriptions.endReplay)
  async cancel(@Req() request: Request, @Param('id') id: string) {
    const { state, replayer } = this.kept(request);
    const replay = (await replayer.cancel(id)) ?? state.replays.get(id);
    if (replay === undefined) throw unknownReplay(id);
    return replayOnWire(replay, null);
  }

  private kept(request: Request): { readonly archive: Archive; readonly replayer: Replayer; readonly state: ReturnType<Callers['admitToOwn']>['state']; readonly now: number } {
    const { archive, replayer, state, now } = this.callers.admitToOwn(request);
    if (archive === null || replayer === null) throw new WireFault('invalid-parameter', 'This gateway keeps no webhooks that were sent. Its operator can let it: PARLEY_GATEWAY_WEBHOOK_KEPT_DAYS.');
    return { archive, replayer, state, now: now() };
  }
}

function unknownReplay(id: string): WireFault {
  return new WireFault('unknown-object', `There is no replay ${id} here.`);
}
