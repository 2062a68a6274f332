import type { LoggerService } from '@nestjs/common';
import type { Report } from '@parley/bus';

/** Writes a lane's report as a log line where a person should see it; batches are left to the metrics. Never a key, an id or content. */
export function logReport(logger: LoggerService, report: Report): void {
  const { lane } = report;
  switch (report.kind) {
    case 'claimed':
      return logger.debug?.(`${lane}: claimed, epoch ${report.epoch}, goes on at offset ${report.offset}`);
    case 'waiting':
      return logger.error(`${lane}: the record at offset ${report.offset} cannot be handled and waits, with all that follows of its key: ${report.error}. Repair the cause, then \`parley redrive\`.`);
    case 'paused':
      return logger.error(`${lane}: paused at offset ${report.offset}, because too many keys wait: ${report.error}. Repair the cause, then \`parley redrive\`.`);
    case 'resumed':
      return logger.log(`${lane}: goes on`);
    case 'redriven':
      return report.error === ''
        ? logger.log(`${lane}: redrove ${report.records} records of a key${report.done ? '; none waits any more' : ''}`)
        : logger.error(`${lane}: redrove ${report.records} records of a key, then met the next fault: ${report.error}`);
    case 'catalog-late':
      return logger.warn(`${lane}: waits since ${report.waitedMs} ms for catalog record ${report.offset}`);
    case 'append-failed':
    case 'commit-failed':
      return logger.warn(`${lane}: ${report.kind === 'append-failed' ? 'an append' : 'a commit'} failed and is tried again: ${report.error}`);
    case 'superseded':
      return logger.error(`${lane}: another process has claimed this lane; this one has stopped it`);
    case 'halted':
      return logger.error(`${lane}: halted: ${report.error}`);
    case 'batch':
    case 'timers':
    case 'requests':
    case 'stopped':
      return;
    default:
      return report satisfies never;
  }
}
