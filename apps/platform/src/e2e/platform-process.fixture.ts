import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import { Device } from '@parley/sdk';
import { openFileStore } from '@parley/sdk/node';
import { DataFolder } from '../folder/data-folder.js';
import { cast } from '../sandbox/cast.js';
import { phoneKeyOf, type Sandbox } from '../sandbox/sandbox-file.js';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The platform as `npm start` runs it, in a process and folder of its own, to be killed and started again. */
export class PlatformProcess {
  #child: ChildProcess | undefined;
  /** All that it ever printed. */
  printed = '';

  private constructor(
    readonly home: string,
    readonly port: number,
    /** More arguments for Node, such as `--import`. */
    private readonly nodeArguments: readonly string[],
  ) {}

  static async make(nodeArguments: readonly string[] = []): Promise<PlatformProcess> {
    return new PlatformProcess(mkdtempSync(join(tmpdir(), 'parley-process-')), await freePort(), nodeArguments);
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get folder(): DataFolder {
    return new DataFolder(join(this.home, 'data'));
  }

  get sandbox(): Sandbox {
    return JSON.parse(readFileSync(this.folder.sandbox, 'utf8')) as Sandbox;
  }

  /** Resolves when it says that it runs. Rejects with what it printed when it ends before. */
  async start(): Promise<void> {
    const ofTheRun = { PARLEY_REQUIRE: undefined, PARLEY_SCREENSHOTS: undefined, PARLEY_TEST_KAFKA: undefined, PARLEY_TEST_POSTGRES: undefined };
    // Specs write to their one customer faster than the wire lets a business.
    const unlimited = { PARLEY_GATEWAY_PAIR_SECONDS: '0', PARLEY_GATEWAY_MESSAGES_PER_SECOND: '0' };
    const env = { ...process.env, ...unlimited, ...ofTheRun, NODE_OPTIONS: '', PARLEY_DATA: this.folder.path, PARLEY_PORT: String(this.port) };
    const child = spawn(process.execPath, [...this.nodeArguments, main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const from = this.printed.length;
    await new Promise<void>((resolve, reject) => {
      const hear = (bytes: Buffer): void => {
        this.printed += bytes.toString();
        if (this.printed.includes('Parley runs at', from)) resolve();
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('exit', (code, signal) => reject(new Error(`the platform ended (${code ?? signal}): ${this.printed.slice(from)}`)));
    });
  }

  async end(signal: 'SIGKILL' | 'SIGINT'): Promise<number | null> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  }

  async remove(): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.home, { recursive: true, force: true });
  }

  /** The sandbox customer's phone. */
  async phone(): Promise<{ device: Device; close: () => Promise<void> }> {
    const store = await openFileStore({ folder: this.folder.phone, secret: phoneKeyOf(this.sandbox) });
    return { device: new Device({ baseUrl: this.address, store }), close: () => store.close() };
  }

  /** The business's software: the unmodified client with its base URL changed. */
  client(): WhatsAppClient {
    return new WhatsAppClient({ baseUrl: `${this.address}/gateway`, graphVersion: 'v23.0', accessToken: this.sandbox.apiToken });
  }

  sendText(body: string): Promise<string> {
    return this.client()
      .messages.sendText({ phoneNumberId: cast.wire.phoneNumberId, to: cast.customer.phone, body })
      .then(({ messages }) => messages[0]!.id);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
