import { Catch, HttpException, Logger } from '@nestjs/common';
import { StoppedError } from '@parley/bus';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { Problem } from './problem.js';
import type { ProblemKind } from './problem.js';

/** Answers every error as `application/problem+json`. What was not foreseen is logged here and told to the caller as `internal`, without a word of it. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const problem = problemOf(error);
    if (problem.kind === 'internal') this.logger.error(`${request.method} ${routeOf(request)}: ${describe(error)}`);
    if (response.headersSent) {
      response.end();
      return;
    }
    for (const [name, value] of Object.entries(problem.headers)) response.setHeader(name, value);
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem.body(pathOf(request))));
  }
}

/** Express error middleware behind the body parser: the framework would take a body that is no JSON for any other bad request. */
export function bodyFault(error: unknown, _request: Request, _response: Response, next: NextFunction): void {
  next(problemOf(error));
}

/** The problem that an error is told as: our own as they are, the framework's and the body parser's by their status. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof StoppedError) return stopping();
  const status = statusOf(error);
  switch (typeOf(error)) {
    case 'entity.too.large':
      return new Problem('payload-too-large', `The body is larger than ${limitOf(error)} bytes. Send less in one request.`);
    case 'entity.parse.failed':
      return new Problem('malformed-json', 'The body could not be read as JSON. Check quotes, commas and the encoding (UTF-8).');
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new Problem('unsupported-media-type', 'Send the body as application/json in UTF-8.');
    default:
      return status === undefined ? internal() : ofStatus(status);
  }
}

function ofStatus(status: number): Problem {
  if (status === 404) return new Problem('not-found', 'Nothing is served at this path. GET / lists what is.');
  const kinds: Readonly<Record<number, ProblemKind>> = { 401: 'unauthorized', 403: 'forbidden', 405: 'method-not-allowed', 413: 'payload-too-large', 415: 'unsupported-media-type', 429: 'too-many-requests', 503: 'busy' };
  if (status >= 400 && status < 500) return new Problem(kinds[status] ?? 'bad-request', 'The request could not be taken as it is.');
  return status === 503 ? new Problem('busy', 'Try again in a moment.', [], { 'Retry-After': '1' }) : internal();
}

/** For requests that come, or still wait, when the process has begun to stop. */
export function stopping(): Problem {
  return new Problem('stopping', 'This process is stopping. Repeat the request with the same Idempotency-Key in a moment.', [], { 'Retry-After': '2' });
}

function internal(): Problem {
  return new Problem('internal', 'Nothing is wrong with the request. The fault is in the log of the service; repeating the request with the same Idempotency-Key is safe.');
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' ? status : undefined;
}

function typeOf(error: unknown): string {
  const type = (error as { type?: unknown } | null)?.type;
  return typeof type === 'string' ? type : '';
}

function limitOf(error: unknown): string {
  return String((error as { limit?: unknown }).limit ?? 'the allowed number of');
}

/** The path asked for, without its query: cursors and the like stay out of answers and logs. */
function pathOf(request: Request): string {
  return request.originalUrl.split('?', 1)[0] ?? '';
}

/** The route's pattern, never the path itself: paths carry ids. */
export function routeOf(request: Request): string {
  const route = (request as { route?: { path?: unknown } }).route?.path;
  return typeof route === 'string' ? route : 'unmatched';
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : 'thrown: not an Error';
}
