import { ConsoleLogger } from '@nestjs/common';
import type { Setting } from '../settings/settings.js';

const levels = ['error', 'warn', 'log', 'debug'] as const;
export type LogLevel = (typeof levels)[number];

export const logLevel: Setting<LogLevel> = {
  variable: 'PARLEY_LOG_LEVEL',
  about: `how much is logged: ${levels.join(', ')}`,
  fallback: 'log',
  read: (text) => {
    const value = levels.find((level) => level === text);
    return value ? { value } : { hint: `must be one of ${levels.join(', ')}` };
  },
};

export const logForm: Setting<'text' | 'json'> = {
  variable: 'PARLEY_LOG_FORM',
  about: 'text for people, json for log collectors',
  fallback: 'text',
  read: (text) => (text === 'text' || text === 'json' ? { value: text } : { hint: 'must be text or json' }),
};

/** Log lines up to a level. Nest's own chatter about modules and routes is only of use to those who debug. */
export function processLogger(level: LogLevel, form: 'text' | 'json'): ConsoleLogger {
  return new QuietLogger({ logLevels: ['fatal', ...levels.slice(0, levels.indexOf(level) + 1)], json: form === 'json', colors: form === 'text' && process.stdout.isTTY === true, prefix: 'parley' });
}

const chatter = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication', 'NestMicroservice']);

class QuietLogger extends ConsoleLogger {
  protected override getTimestamp(): string {
    return new Date().toISOString();
  }

  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context === 'string' && chatter.has(context)) this.debug(message, ...rest);
    else super.log(message, ...(rest as [string]));
  }
}
