import { Controller, Get, HttpCode, Inject, Param, Post, Req, UseGuards } from '@nestjs/common';
import { isId } from '@parley/contracts';
import { findNumber, findNumberByPhone, templatesOf } from '@parley/domain';
import type { Catalog, SenderNumber, Template } from '@parley/domain';
import { ApiKeyGuard, bodyOf, Describe, object, Problem, Runtime, Scopes } from '@parley/service';
import type { Request } from 'express';
import { Directory } from '../directory/directory.js';
import { KeyDirectory } from '../keys/key-directory.js';
import * as descriptions from './descriptions.js';
import { EndGuard, OpenToDevices } from './end.guard.js';
import { phoneShape } from './phone-shape.js';

const lookupShape = object({ phone: phoneShape });

/** Who is who, and what devices to seal for. */
@Controller('delivery/v1')
export class DirectoryController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime<Catalog>,
    @Inject(Directory) private readonly directory: Directory,
    @Inject(KeyDirectory) private readonly keys: KeyDirectory,
  ) {}

  /** A contact, for a business. The number is in the body: paths end up in other people's logs. */
  @Post('directory/lookup')
  @HttpCode(200)
  @UseGuards(ApiKeyGuard)
  @Scopes('directory:read')
  @Describe({ ...descriptions.lookUpContact, body: lookupShape })
  async lookUp(@Req() request: Request): Promise<unknown> {
    const { phone } = bodyOf(request, lookupShape);
    const found = await this.directory.lookUp(phone);
    if (found === null) throw new Problem('not-found', 'Nobody has registered a device with this number.');
    return { accountId: found.contactId, ...found, listVersion: await this.keys.versionOf({ accountId: found.contactId, party: 'contact' }) };
  }

  /** A business's number, for a customer's device. Business numbers are public. */
  @Get('numbers/:phone')
  @UseGuards(EndGuard)
  @OpenToDevices()
  @Describe(descriptions.findNumber)
  async number(@Param('phone') phone: string): Promise<unknown> {
    const number = findNumberByPhone(this.catalog, phone.replace(/^\+/, ''));
    return this.shownNumber(number);
  }

  /** The same by its id, for a device that was written to first: its messages name the number's id. A path of its own, since ids may be all digits. */
  @Get('numbers/by-id/:numberId')
  @UseGuards(EndGuard)
  @OpenToDevices()
  @Describe(descriptions.findNumberById)
  async numberById(@Param('numberId') numberId: string): Promise<unknown> {
    return this.shownNumber(isId('Number', numberId) ? findNumber(this.catalog, numberId) : null);
  }

  private async shownNumber(number: SenderNumber | null): Promise<unknown> {
    if (number === null) throw new Problem('not-found', 'No business has this number.');
    const { numberId, businessId, displayName } = number;
    const listVersion = await this.keys.versionOf({ accountId: businessId, party: 'business' });
    return { accountId: businessId, listVersion, numberId, businessId, displayName };
  }

  /** The text a template message was made from, by its address: devices render it themselves. */
  @Get('templates/:businessId/:hash')
  @UseGuards(EndGuard)
  @OpenToDevices()
  @Describe(descriptions.findTemplate)
  template(@Param('businessId') businessId: string, @Param('hash') hash: string): unknown {
    const found = isId('Business', businessId) ? templatesOf(this.catalog, businessId).flatMap(({ versions }) => Object.values(versions)).find((template) => template.hash === hash) : undefined;
    if (found === undefined) throw new Problem('not-found', 'This business has no template of that hash.');
    return shown(found);
  }

  private get catalog(): Catalog {
    return this.runtime.catalog.view().state;
  }
}

function shown({ name, language, version, category, body, parameters, hash }: Template): object {
  return { name, language, version, category, body, parameters, hash };
}
