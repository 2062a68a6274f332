import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { siteFolder, siteHeaders } from '../index.js';
import type { Charge } from '../api/contract.js';
import { publishedPolicies, whatIfAnswers, whatIfRules } from './what-if.fixture.js';
import { chosenBy, history, lateIn, month, openNow, spendIn } from './history.fixture.js';

interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly hint: string }[];
}

export interface FakePlatform {
  readonly address: string;
  readonly key: string;
  readonly charges: readonly Charge[];
  /** Answers this path, or `POST` and the path, with a problem from now on. */
  fail(path: string, problem: Problem): void;
  /** Answers as for a business in which nothing has happened. */
  empty(): void;
  /** Leaves what-if unfinished. */
  stall(): void;
  /** Bodies of what was asked with POST, and paths that were deleted. */
  readonly asked: object[];
  /** Ends all of these. */
  recover(): void;
  stop(): Promise<void>;
}

const types: Readonly<Record<string, string>> = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml', md: 'text/plain; charset=utf-8' };

function sendFile(path: string, response: ServerResponse): void {
  const name = path === '' ? 'index.html' : path;
  const file = join(siteFolder, name);
  if (name.includes('..') || !existsSync(file)) return void response.writeHead(404).end();
  response.writeHead(200, { ...siteHeaders(name), 'Content-Type': types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream' }).end(readFileSync(file));
}

const problem = (status: number, title: string, detail: string) => ({ status, title, detail });

/** The contract's routes over a made-up month, and the built page beside them. */
export async function startFakePlatform(): Promise<FakePlatform> {
  const all = history();
  const failing = new Map<string, Problem>();
  let isEmpty = false;
  let isStalled = false;
  let answered = 0;
  const asked: object[] = [];
  const key = 'pk_fake';

  const answer = (path: string, query: URLSearchParams): object => {
    const charges = isEmpty ? [] : all;
    const range = { from: query.get('from') ?? month.from, to: query.get('to') ?? month.to };
    if (path === '/billing/v1/spend') return spendIn(charges, range);
    if (path === '/billing/v1/late-cost') return lateIn(charges, range);
    if (path === '/windows/v1/open') return openNow(isEmpty ? 0 : 30);
    if (path === '/billing/v1/charges') {
      const start = Number(query.get('after') ?? 0);
      const limit = Number(query.get('limit') ?? 100);
      const chosen = chosenBy(charges, query);
      const more = start + limit < chosen.length;
      return { data: chosen.slice(start, start + limit), next: more ? String(start + limit) : null, more };
    }
    if (path === '/billing/v1/policies') return publishedPolicies;
    if (path === '/billing/v1/what-if') return whatIfRules;
    if (path.startsWith('/billing/v1/what-if/')) return whatIfAnswers[Math.min(answered++, whatIfAnswers.length - (isStalled ? 2 : 1))]!;
    return charges.find(({ chargeId }) => path === `/billing/v1/charges/${chargeId}`) ?? problem(404, 'There is no such thing', 'This business has no such charge.');
  };

  /** Takes a question, or the word that one is not to be answered. */
  const take = async (request: IncomingMessage, pathname: string, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    answered = 0;
    asked.push(request.method === 'DELETE' ? { deleted: pathname } : (JSON.parse(Buffer.concat(chunks).toString()) as object));
    const fault = failing.get(`POST ${pathname}`);
    if (request.method === 'DELETE') response.writeHead(204).end();
    else response.writeHead(fault?.status ?? 202, { 'Content-Type': fault ? 'application/problem+json' : 'application/json' }).end(JSON.stringify(fault ?? { id: 'job-1', state: 'waiting' }));
  };

  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const { url = '/', headers } = request;
    const { pathname, searchParams } = new URL(url, 'http://platform');
    if (pathname.startsWith('/console/')) return sendFile(pathname.slice('/console/'.length), response);
    if (request.method !== 'GET') return void take(request, pathname, response);
    const body = headers.authorization === `Bearer ${key}` ? (failing.get(pathname) ?? answer(pathname, searchParams)) : problem(401, 'No valid credentials', 'The key is not known, or no longer valid.');
    const status = 'status' in body ? Number(body.status) : 200;
    response.writeHead(status, { 'Content-Type': status === 200 ? 'application/json' : 'application/problem+json' }).end(JSON.stringify(body));
  };

  const server = createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key,
    charges: all,
    fail: (path, fault) => void failing.set(path, fault),
    empty: () => void (isEmpty = true),
    stall: () => void (isStalled = true),
    asked,
    recover: () => {
      isEmpty = false;
      isStalled = false;
      asked.length = 0;
      failing.clear();
    },
    stop: () => new Promise((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()));
      server.closeAllConnections();
    }),
  };
}
