import { PlatformError } from '@parley/sdk';

/** How a charge says that a message is billed. */
export interface ChargedPrice {
  readonly type: string;
  readonly category: string;
}

/** The price in an answer of `GET /billing/v1/charges/{chargeId}`; null of a charge from before it was told. Throws PlatformError where it is none that we know. */
export function readChargedPrice(value: unknown): ChargedPrice | null {
  const { pricing } = (value ?? {}) as { readonly pricing?: { readonly type?: unknown; readonly category?: unknown } };
  if (pricing?.type === null) return null;
  if (typeof pricing?.type !== 'string' || typeof pricing.category !== 'string') {
    throw new PlatformError({ kind: 'answer', status: 200, title: 'The platform answered in a form this version does not know', detail: 'GET /billing/v1/charges' });
  }
  return { type: pricing.type, category: pricing.category };
}
