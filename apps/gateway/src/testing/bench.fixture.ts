import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import { GatewayModule } from '../gateway.module.js';
import { Gateway } from '../gateway.js';
import { unlimited } from '../limits/limits.js';
import type { GatewayOptions } from '../options.js';
import { setup, type SetupResult } from '../setup.js';
import { Business } from './business.fixture.js';
import { businessId, FakePlatform } from './fake-platform.fixture.js';
import { until } from './until.fixture.js';

export const wabaId = '102290129340398';
export const phoneNumberId = '106540352242922';
export const apiKey = 'pk_api';
export const appKey = 'pk_app';
export const benchSecret = { kind: 'key', key: new Uint8Array(32).fill(9) } as const;
const secret = benchSecret;

export type BenchOptions = Partial<GatewayOptions> & {
  /** Webhooks go to the business from the start. */
  readonly withCallback?: boolean;
  /** Wait until the gateway takes messages. */
  readonly untilReady?: boolean;
};

/** A gateway between a fake platform and a business's callback, all over HTTP; it can be stopped and started again on its folder. */
export class Bench {
  readonly platform = new FakePlatform();
  readonly business = new Business();
  readonly folder = mkdtempSync(join(tmpdir(), 'parley-gateway-'));
  /** All that was logged. */
  readonly lines: string[] = [];
  made!: SetupResult;
  port = 0;
  private app: INestApplication | null = null;

  static async open(options: BenchOptions & { readonly withoutAppKey?: boolean; /** Happens before the gateway starts. */ readonly before?: (platform: FakePlatform) => Promise<void> } = {}): Promise<Bench> {
    const bench = new Bench();
    await Promise.all([bench.platform.listen(), bench.business.listen()]);
    const numbers = [{ phoneNumberId, numberId: 'n1', displayPhoneNumber: '+1 555-078-3881', verifiedName: 'Parley Shop' }];
    const { withoutAppKey = false, before = async () => undefined, ...rest } = options;
    bench.made = await setup({ folder: bench.folder, secret, wabaId, businessId, name: 'Parley Shop', apiKey, ...(withoutAppKey ? {} : { appKey }), numbers });
    bench.business.appSecret = bench.made.appSecret;
    await before(bench.platform);
    await bench.start(rest);
    return bench;
  }

  async start({ withCallback = true, untilReady = true, ...options }: BenchOptions = {}): Promise<void> {
    const { url, verifyToken } = this.business;
    const given: GatewayOptions = {
      folder: this.folder, secret, platformUrl: this.platform.url, callback: withCallback ? { url, verifyToken } : null,
      privateAddresses: 'allow', limits: unlimited, answerWithinMs: 5_000, timeoutMs: 5_000, inboxWaitSeconds: 1, backoff: { firstMs: 20, longestMs: 200 }, ...options,
    }; // prettier-ignore
    this.app = await NestFactory.create(GatewayModule.register(given), { logger: this.logger(), bodyParser: false });
    await this.app.listen(this.port, '127.0.0.1');
    this.port = (this.app.getHttpServer().address() as AddressInfo).port;
    if (untilReady) await until(() => this.gateway.condition.problem === null);
  }

  get gateway(): Gateway {
    return this.app!.get(Gateway);
  }

  get base(): string {
    return `http://127.0.0.1:${this.port}/gateway`;
  }

  /** The real client, unmodified: only its base URL is ours. */
  client(accessToken = this.made.tokens.api, graphVersion?: string): WhatsAppClient {
    return new WhatsAppClient({ baseUrl: this.base, accessToken, fetch: ownRealmFetch, ...(graphVersion === undefined ? {} : { graphVersion }) });
  }

  /** A plain request, for what the client would not send. */
  async ask(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = { Authorization: `Bearer ${this.made.tokens.api}` }) {
    const response = await fetch(this.base + path, { method, headers, body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body) });
    return { status: response.status, headers: response.headers, body: (await response.json()) as { readonly [field: string]: never } };
  }

  async stop(): Promise<void> {
    await this.app?.close();
    this.app = null;
  }

  async close(): Promise<void> {
    await this.stop();
    await Promise.all([this.platform.close(), this.business.close()]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private logger(): LoggerService {
    const keep = (...parts: unknown[]) => void this.lines.push(parts.map(String).join(' '));
    return { log: keep, warn: keep, error: keep, debug: keep, verbose: keep };
  }
}

/** Under jest, objects that fetch parses have another realm's prototype, which the client does not take for plain objects. */
export const ownRealmFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  return Object.assign(response, { json: async () => JSON.parse(await response.text()) as unknown });
};

/** A port on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
