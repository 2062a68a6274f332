import { Controller, Get, HttpCode, Inject, Param, Post, Put, Req, UseGuards } from '@nestjs/common';
import { toBase64 } from '@parley/crypto';
import { bodyOf, Describe, flag, id, list, object, optional, Problem, queryOf } from '@parley/service';
import type { Request } from 'express';
import { seenBy } from '../keys/account.js';
import { KeyDirectory } from '../keys/key-directory.js';
import { PrekeyStore } from '../keys/prekeys.js';
import { Publication } from '../keys/publication.js';
import type { Published } from '../keys/publication.js';
import { EndGuard, EndOf, OpenToDevices } from './end.guard.js';
import type { End } from './end.guard.js';
import { keyCallerOf } from './key-caller.js';
import * as descriptions from './key-descriptions.js';
import { numberOf, wholeQuery } from './key-shapes.js';

const ownQuery = object({ deviceId: optional(id('Device')) });
const listShape = object({ list: descriptions.listBytes, takeOver: optional(flag()) });
const accountQuery = object({ version: optional(wholeQuery), head: optional(wholeQuery) });
const bundlesShape = object({ devices: list(id('Device'), { min: 1, max: 64 }) });

const unknown = 'No account of that id has a list of devices that you may see.';

/** Signed lists of devices: one's own to publish, others' to seal for. */
@Controller('delivery/v1/keys')
@UseGuards(EndGuard)
export class KeysController {
  constructor(
    @Inject(KeyDirectory) private readonly keys: KeyDirectory,
    @Inject(Publication) private readonly publication: Publication,
    @Inject(PrekeyStore) private readonly prekeys: PrekeyStore,
  ) {}

  @Get('own')
  @OpenToDevices('devices:write')
  @Describe({ ...descriptions.showOwnKeys, query: ownQuery })
  async own(@EndOf() end: End, @Req() request: Request): Promise<unknown> {
    const { deviceId } = queryOf(request, ownQuery);
    const { list: present, registered, ...known } = await this.keys.own(keyCallerOf(end));
    const shown = registered.filter((device) => deviceId === null || device.deviceId === deviceId).map((device) => ({ ...device, createdAt: new Date(device.createdAt).toISOString() }));
    return { ...known, list: present && toBase64(present), registered: shown };
  }

  @Put('list')
  @OpenToDevices('devices:write')
  @Describe({ ...descriptions.publishList, body: listShape })
  async publish(@EndOf() end: End, @Req() request: Request): Promise<unknown> {
    const { list: bytes, takeOver } = bodyOf(request, listShape);
    return placed(await this.publication.publish(keyCallerOf(end), bytes, takeOver ?? false));
  }

  @Get('accounts/:accountId')
  @OpenToDevices('directory:read')
  @Describe({ ...descriptions.showAccount, query: accountQuery })
  async account(@EndOf() end: End, @Param('accountId') accountId: string, @Req() request: Request): Promise<unknown> {
    const { version, head } = queryOf(request, accountQuery);
    const found = await this.keys.listsOf(keyCallerOf(end), accountId, numberOf(version), numberOf(head));
    if (found === null) throw new Problem('not-found', unknown);
    return { accountId, lists: found.lists.map((bytes) => toBase64(bytes)), ...placed(found), consistency: found.consistency && toBase64(found.consistency) };
  }

  /** A POST, since what it hands out is gone. */
  @Post('accounts/:accountId/bundles')
  @HttpCode(200)
  @OpenToDevices('directory:read')
  @Describe({ ...descriptions.handOutBundles, body: bundlesShape })
  async bundles(@EndOf() end: End, @Param('accountId') accountId: string, @Req() request: Request): Promise<unknown> {
    const { devices } = bodyOf(request, bundlesShape);
    const caller = keyCallerOf(end);
    const account = seenBy(caller, accountId);
    const handed = account && (await this.prekeys.handOut(account, caller.accountId, devices));
    if (handed === null) throw new Problem('not-found', unknown);
    return { bundles: handed.map(({ deviceId, bundle }) => ({ deviceId, bundle: toBase64(bundle) })) };
  }
}

function placed({ listVersion, entry, proof, head }: Published): object {
  return { listVersion, entry: toBase64(entry), proof: toBase64(proof), head: toBase64(head) };
}
