import { Catch, HttpException, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { contentType } from './content-type.js';

/** Answers a fault of ours in the registry's form; what it was is in our log only. */
@Catch()
export class RegistryFilter implements ExceptionFilter {
  private readonly logger = new Logger('registry');

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const status = error instanceof HttpException ? error.getStatus() : 500;
    if (status >= 500) this.logger.error(error instanceof Error ? (error.stack ?? error.message) : 'thrown: not an Error');
    if (response.headersSent) {
      response.end();
      return;
    }
    const body = status < 500 ? { error_code: status, message: 'The request could not be taken as it is.' } : { error_code: 50001, message: 'A fault on our side; it is in the log of ingest.' };
    response.status(status).type(contentType).send(JSON.stringify(body));
  }
}
