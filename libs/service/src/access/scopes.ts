/** Everything an API key can be allowed. `operator` goes with business "*" alone. */
export const scopes = [
  'messages:send',
  'messages:send-app',
  'consents:write',
  'inbound:report',
  'inbox:read',
  'directory:read',
  'devices:write',
  'charges:read',
  'windows:read',
  'templates:write',
  'operator',
] as const;

export type Scope = (typeof scopes)[number];

/** The tenant of operator keys and of rows that belong to no one business. */
export const everyBusiness = '*';
