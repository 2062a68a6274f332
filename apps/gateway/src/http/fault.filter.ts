import { Catch, HttpException, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { systemRandom } from '@parley/crypto';
import type { Request, Response } from 'express';
import { placeOf } from '../log.js';
import { faultBody, faults, WireFault } from '../wire/fault.js';

/** Answers every error in the wire's form. What was not foreseen is told as 131000, and described in the log only. */
@Catch()
export class FaultFilter implements ExceptionFilter {
  private readonly logger = new Logger('gateway');

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const fault = faultOfAny(error);
    const traceId = `A${Buffer.from(systemRandom(15)).toString('base64url')}`;
    const route = (host.switchToHttp().getRequest<Request>() as { route?: { path?: unknown } }).route?.path;
    const line = `${String(route)} answered ${faults[fault.kind].code} ${fault.kind}, trace ${traceId}`;
    if (fault.kind === 'something-wrong') this.logger.error(`${line}: ${error === fault ? fault.details : placeOf(error)}`);
    else this.logger.log(line);
    if (fault.kind === 'invalid-token') response.setHeader('WWW-Authenticate', 'OAuth "Facebook Platform" "invalid_token"');
    response.status(fault.status).json(faultBody(fault, traceId));
  }
}

function faultOfAny(error: unknown): WireFault {
  if (error instanceof WireFault) return error;
  if (error instanceof HttpException && error.getStatus() < 500) return new WireFault('invalid-parameter', 'The request could not be taken as it is.');
  if (error instanceof Error && error.name === 'FolderError') return new WireFault('unavailable', 'The gateway cannot write to its folder. Its operator has to look after it.');
  return new WireFault('something-wrong', 'Nothing is wrong with the request. Try again; if it goes on, give the trace id to whoever runs the gateway.');
}
