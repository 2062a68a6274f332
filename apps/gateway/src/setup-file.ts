import { ID_PATTERNS } from '@parley/contracts';
import { list, object, optional, Problem, read, StartError, text } from '@parley/service';
import type { SetupRequest } from './setup.js';

const apiKey = text({ max: 128, pattern: /^pk_/, hint: 'must be a platform API key, pk_…' });
const digits = text({ max: 32, pattern: /^\d+$/, hint: 'must be digits' });
const token = text({ min: 16, max: 512 });

const form = object({
  wabaId: digits,
  businessId: text({ max: 64, pattern: ID_PATTERNS.Business }),
  name: text({ max: 128 }),
  apiKey,
  appKey: optional(apiKey),
  appSecret: optional(token),
  tokens: optional(object({ api: optional(token), app: optional(token) })),
  numbers: list(
    object({ phoneNumberId: digits, numberId: text({ max: 64, pattern: ID_PATTERNS.Number }), displayPhoneNumber: text({ max: 32, pattern: /^\+?[\d ()-]+$/, hint: 'must be a phone number as people write it' }), verifiedName: text({ max: 128 }) }),
    { min: 1, max: 1_000 },
  ),
});

/** Reads what a gateway is set up with, as JSON. Throws StartError that names every wrong field. */
export function readSetup(json: string): Omit<SetupRequest, 'folder' | 'secret'> {
  try {
    const { appKey, appSecret, tokens, ...rest } = read(form, JSON.parse(json));
    const { api = null, app = null } = tokens ?? {};
    return {
      ...rest,
      ...(appKey === null ? {} : { appKey }),
      ...(appSecret === null ? {} : { appSecret }),
      tokens: { ...(api === null ? {} : { api }), ...(app === null ? {} : { app }) },
    };
  } catch (error) {
    if (error instanceof SyntaxError) throw new StartError('The setup file is not JSON. Check quotes and commas.');
    if (!(error instanceof Problem)) throw error;
    throw new StartError(['The setup file is wrong:', ...error.errors.map(({ path, hint }) => `  - ${path || 'the file'} ${hint}`)].join('\n'));
  }
}
