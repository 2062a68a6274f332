import type { Server } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import type { Metrics } from '../observation/metrics.js';
import { routeOf, stopping } from './problem-filter.js';

/** Sees every request come and go: its duration for the metrics, and at the end that those begun are finished. */
export class Traffic {
  private ending = false;

  constructor(private readonly metrics: Metrics) {}

  /** Express middleware, before everything else. */
  readonly watch = (request: Request, response: Response, next: NextFunction): void => {
    const startedAt = process.hrtime.bigint();
    response.on('close', () => {
      const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
      this.metrics.answered(request.method, routeOf(request), response.writableFinished ? response.statusCode : 499, seconds);
    });
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Cache-Control', 'no-store');
    if (!this.ending) return next();
    response.setHeader('Connection', 'close');
    next(stopping());
  };

  /** Takes no more connections, waits for the requests that are under way, then closes what is left after `drainMs`. */
  async end(server: Server, drainMs: number): Promise<void> {
    this.ending = true;
    if (!server.listening) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    // A connection kept alive becomes idle when its answer is sent, and must not hold up the end.
    const sweeping = setInterval(() => server.closeIdleConnections(), 50);
    const late = setTimeout(() => server.closeAllConnections(), drainMs);
    await closed;
    clearInterval(sweeping);
    clearTimeout(late);
  }
}
