import { Controller, Delete, HttpCode, Inject, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import { findBusiness } from '@parley/domain';
import type { Catalog } from '@parley/domain';
import { keyedHash, signingSecretOf } from '@parley/crypto';
import { ApiKeyGuard, bodyOf, Describe, everyBusiness, id, idempotencyKeyOf, invalidFields, KeyRing, list, object, oneOf, Problem, Runtime, Scopes, scopes, text, Writes } from '@parley/service';
import type { Scope } from '@parley/service';
import type { Request, Response } from 'express';
import { requestScopes } from '../requests/verdict.js';
import { makeApiKey, revokeApiKey } from './descriptions.js';

const businessScopes = scopes.filter((scope) => scope !== 'operator');
const keyShape = object({ businessId: id('Business'), scopes: list(oneOf(businessScopes), { min: 1, max: businessScopes.length }), name: text({ max: 128 }) });

/** API keys of businesses, made and revoked by the operator. */
@Controller('ingest/v1/api-keys')
@UseGuards(ApiKeyGuard)
@Scopes('operator')
export class ApiKeysController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime<Catalog>,
    @Inject(KeyRing) private readonly ring: KeyRing,
    @Inject(Writes) private readonly writes: Writes,
  ) {}

  /**
   * Makes a key; only this answer holds its token, and the secret that requests on the topic are signed with where the key may ask for any. Both follow from the Idempotency-Key under the installation's key: a repeated
   * request gets the same ones, though they are stored nowhere.
   */
  @Post()
  @Describe({ ...makeApiKey, body: keyShape })
  async make(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const wanted = bodyOf(request, keyShape);
    if (findBusiness(this.runtime.catalog.view().state, wanted.businessId) === null) throw invalidFields([{ path: 'businessId', hint: 'is not registered; register the business first' }]);
    const answer = { status: 201, body: { ...wanted } };
    await this.writes.submit(request, response, { businessId: everyBusiness, client: 'operator/api-keys', outputs: [], answer });
    const made = await this.ring.make(wanted, this.drawn(idempotencyKeyOf(request)));
    return { ...wanted, ...made, ...this.signing(wanted.scopes, made.keyId) };
  }

  @Delete(':keyId')
  @HttpCode(204)
  @Describe(revokeApiKey)
  async revoke(@Param('keyId') keyId: string): Promise<void> {
    if (!(await this.ring.revoke(keyId))) throw new Problem('not-found', 'There is no key of this id.');
  }

  private signing(wanted: readonly Scope[], keyId: string): { readonly signingSecret?: string } {
    return requestScopes.some((scope) => wanted.includes(scope)) ? { signingSecret: signingSecretOf(this.runtime.serviceKey, keyId) } : {};
  }

  /** Bytes that are as good as random to whoever lacks the installation's key, and the same for the same request. */
  private drawn(idempotencyKey: string): (n: number) => Uint8Array {
    let draws = 0;
    return (n) => {
      draws += 1;
      return keyedHash(this.runtime.serviceKey, `parley/new-api-key/v1/${draws}`, idempotencyKey).slice(0, n);
    };
  }
}
