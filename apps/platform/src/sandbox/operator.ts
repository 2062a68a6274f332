import { StartError } from '@parley/service';

/** The platform over HTTP, as anybody has it: the sandbox has no other way in. */
export class Operator {
  constructor(
    private readonly address: string,
    private readonly token: string,
  ) {}

  /** With another key. */
  as(token: string): Operator {
    return new Operator(this.address, token);
  }

  /** POSTs under an idempotency key of its own, so that a first start that was cut short can be repeated. Throws StartError. */
  async post(path: string, idempotencyKey: string, body: object): Promise<Record<string, unknown>> {
    return this.ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKey }, body: JSON.stringify(body) });
  }

  async get(path: string): Promise<Record<string, unknown>> {
    return this.ask(path, { method: 'GET', headers: {} });
  }

  private async ask(path: string, init: { readonly method: string; readonly headers: Record<string, string>; readonly body?: string }): Promise<Record<string, unknown>> {
    const response = await fetch(this.address + path, { ...init, headers: { ...init.headers, Authorization: `Bearer ${this.token}` } });
    const answer = (await response.json()) as Record<string, unknown>;
    if (response.ok) return answer;
    throw new StartError(`The sandbox cannot be made: ${init.method} ${path} answered ${response.status}: ${String(answer['detail'])} ${JSON.stringify(answer['errors'] ?? [])}`);
  }
}
