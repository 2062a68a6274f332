// One port for all services: the first segment of the path names the service, its live instances take turns.
import { Agent, createServer, request } from 'node:http';
import { fileURLToPath } from 'node:url';

const hop = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade']);
const kept = (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => !hop.has(name)));

function problem(response, status, detail) {
  response.writeHead(status, { 'Content-Type': 'application/problem+json' });
  response.end(JSON.stringify({ type: 'about:blank', title: status === 404 ? 'Not found' : 'No instance answers', status, detail }));
}

function tell(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(`${JSON.stringify(body, null, 2)}\n`);
}

/** Whether every service has an instance that is ready, in the words of those that are not. */
async function readiness(prefixes, targets) {
  const checks = await Promise.all(prefixes.map(async (prefix) => {
    const answers = await Promise.all((targets(prefix) ?? []).map((target) => fetch(`${target}/${prefix}/health/ready`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)));
    return { name: prefix, ok: answers.some((answer) => answer?.ok), ready: answers.filter((answer) => answer?.ok).length, instances: answers.length };
  }));
  const ok = checks.every((check) => check.ok);
  return [ok ? 200 : 503, { status: ok ? 'ready' : 'not ready', checks }];
}

/**
 * Listens. `targets(prefix)`: addresses (`http://host:port`) of a service's live instances; undefined for a prefix that nobody serves.
 * Resolves with the server; rejects as listen does.
 */
export function startFront({ host, port, prefixes, targets }) {
  const agent = new Agent({ keepAlive: true });
  const turns = new Map();
  const pass = (incoming, response) => {
    const path = incoming.url ?? '/';
    const prefix = path.split(/[/?]/)[1] ?? '';
    if (path === '/') return tell(response, 200, Object.fromEntries(prefixes.map((name) => [name, `/${name}`])));
    if (path === '/health/live') return tell(response, 200, { status: 'live' });
    if (path === '/health/ready') return readiness(prefixes, targets).then((answer) => tell(response, ...answer));
    const found = targets(prefix);
    if (found === undefined) return problem(response, 404, `Served here are: ${prefixes.map((name) => `/${name}`).join(', ')}.`);
    const turn = (turns.get(prefix) ?? 0) + 1;
    turns.set(prefix, turn);
    const target = found[turn % found.length];
    if (target === undefined) return problem(response, 503, `No instance of ${prefix} runs. Try again in a few seconds.`);
    const headers = { ...kept(incoming.headers), 'x-forwarded-for': incoming.socket.remoteAddress ?? '' };
    const outgoing = request(target + path, { method: incoming.method, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, kept(answer.headers));
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    outgoing.on('error', () => (response.headersSent ? response.destroy() : problem(response, 502, `${prefix} was lost in the middle of this request. Repeat it under the same Idempotency-Key.`)));
    // Whoever asked went away: a reader that waits for news would hold the service's connection for nothing.
    response.on('close', () => response.writableFinished || outgoing.destroy());
    return incoming.pipe(outgoing);
  };
  const server = createServer(pass);
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => resolve(server));
  });
}

/** In a container: `PARLEY_FRONT=ingest=http://ingest:8081,…`, `PARLEY_HOST`, `PARLEY_PORT`. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pairs = (process.env.PARLEY_FRONT ?? '').split(',').map((pair) => pair.split('='));
  const addresses = new Map(pairs.map(([name, address]) => [name, [address]]));
  const server = await startFront({ host: process.env.PARLEY_HOST ?? '127.0.0.1', port: Number(process.env.PARLEY_PORT), prefixes: [...addresses.keys()], targets: (prefix) => addresses.get(prefix) });
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close(() => process.exit(0)) && server.closeIdleConnections());
}
