import type { Category } from '@parley/contracts';
import type { Nature } from './archived-message.js';
import type { OperatorPricing } from './facts.js';

export interface NatureQuestion {
  /** On `sent`, else on the receipt; null where none is told. */
  readonly pricing: OperatorPricing | null;
  /** Whether no earlier message is in the operator's session. */
  readonly isFirstOfSession: boolean;
  /** Whether it was sent inside the window. */
  readonly isInside: boolean;
  /** Category of templates of which nothing tells it. */
  readonly fallback: Category | null;
}

export interface FoundNature {
  readonly nature: Nature;
  readonly alternative: Nature | null;
  readonly isUncertain: boolean;
}

const reply: Nature = { kind: 'free_form', category: 'service' };

/**
 * What a message was, since a webhook does not say whether it was made from a template. Service is a reply. Another category is a template of that
 * category where each message has its own price (PMP), and where it opened its session (CBP); inside the window it can also be a reply that joined
 * the session of a template, which has its category. Where only a session's name is told, or nothing, a message inside the window is taken for a
 * reply, and outside for a template, for nothing else may be sent there. Null where the category cannot be told.
 */
export function natureOf({ pricing, isFirstOfSession, isInside, fallback }: NatureQuestion): FoundNature | null {
  const said = categoryNamed(pricing?.category ?? null);
  if (said === 'service') return { nature: reply, alternative: null, isUncertain: false };
  if (said !== null) {
    const template: Nature = { kind: 'template', category: said };
    if (pricing?.model !== 'CBP' || isFirstOfSession || !isInside) return { nature: template, alternative: null, isUncertain: false };
    return { nature: reply, alternative: template, isUncertain: true };
  }
  const template = fallback === null || fallback === 'service' ? null : ({ kind: 'template', category: fallback } as const);
  if (isInside) return { nature: reply, alternative: template, isUncertain: true };
  return template && { nature: template, alternative: null, isUncertain: true };
}

/** The operator's name → category of the message; null where it names a session, or nothing. */
export function categoryNamed(name: string | null): Category | null {
  switch (name) {
    case 'service':
    case 'utility':
    case 'marketing':
    case 'authentication':
      return name;
    case 'marketing_lite':
      return 'marketing';
    case 'authentication_international':
      return 'authentication';
    default: // referral_conversion, user_initiated, business_initiated: names of sessions.
      return null;
  }
}
