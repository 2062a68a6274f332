// The wire between an end and the platform.
import { createServer, request } from 'node:http';

const host = '127.0.0.1';
const closing = (server) => new Promise((resolve) => server.close(resolve) && server.closeAllConnections());

async function bodyOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const aboutNumbers = new Set(['/delivery/v1/devices', '/delivery/v1/directory/lookup']);

/** The wire from an end to the platform: keeps what goes each way, and can change the next envelope on its way. */
export class Wire {
  /** What was said to the platform: each request's path, headers and body; apart from it, what is said to the directory of numbers, which has to be told a number. */
  said = [];
  saidOfNumbers = [];
  /** What the platform answered. */
  answered = [];
  #spoil = 0;

  /** The next so many messages reach the platform with one byte of their envelope's content changed. */
  spoilNext() {
    this.#spoil += 1;
  }

  async open(target) {
    this.server = createServer((incoming, response) => this.#pass(target, incoming, response).catch((error) => response.destroy(error)));
    await new Promise((resolve) => this.server.listen(0, host, resolve));
    this.address = `http://${host}:${this.server.address().port}`;
    return this;
  }

  async #pass(target, incoming, response) {
    const { method, url, headers } = incoming;
    const body = this.#spoiled(url, await bodyOf(incoming));
    const said = aboutNumbers.has(url) ? this.saidOfNumbers : this.said;
    said.push(Buffer.from(`${method} ${url}\n${JSON.stringify(headers)}\n`), body);
    const outgoing = request(target + url, { method, headers });
    response.on('close', () => response.writableFinished || outgoing.destroy());
    outgoing.end(body);
    const answer = await new Promise((resolve, reject) => outgoing.once('response', resolve).once('error', reject));
    const answered = await bodyOf(answer);
    this.answered.push(Buffer.from(`${answer.statusCode}\n${JSON.stringify(answer.headers)}\n`), answered);
    response.writeHead(answer.statusCode, answer.headers).end(answered);
  }

  #spoiled(url, body) {
    const isMessage = url === '/ingest/v1/messages' || url === '/delivery/v1/inbound';
    if (!isMessage || this.#spoil === 0) return body;
    this.#spoil -= 1;
    const message = JSON.parse(body);
    const envelope = Buffer.from(message.envelope, 'base64');
    envelope[envelope.length - 1] ^= 1; // The end of the content: the header, which the platform reads, stays.
    return Buffer.from(JSON.stringify({ ...message, envelope: envelope.toString('base64') }).padEnd(body.length));
  }

  async close() {
    await closing(this.server);
  }
}
