import type { PhoneNumber } from '../state/fact.js';
import type { Listing } from './listing.js';

/** A number as the wire shows it. What the platform does not rate or limit is said to be unknown, or usual. */
export interface WireNumber {
  readonly verified_name: string;
  readonly display_phone_number: string;
  readonly id: string;
  readonly quality_rating: 'UNKNOWN';
  readonly platform_type: 'CLOUD_API';
  readonly throughput: { readonly level: 'STANDARD' };
  readonly code_verification_status: 'VERIFIED';
  readonly status: 'CONNECTED';
  readonly account_mode: 'LIVE';
}

// What Meta's reference of WhatsAppBusinessAccountPhoneNumber shows where no fields are asked for.
export const usualNumberFields = ['verified_name', 'code_verification_status', 'display_phone_number', 'quality_rating', 'platform_type', 'throughput', 'id'] as const;

export function numberOnWire({ phoneNumberId, displayPhoneNumber, verifiedName }: PhoneNumber): WireNumber {
  return {
    verified_name: verifiedName,
    display_phone_number: displayPhoneNumber,
    id: phoneNumberId,
    quality_rating: 'UNKNOWN',
    platform_type: 'CLOUD_API',
    throughput: { level: 'STANDARD' },
    code_verification_status: 'VERIFIED', // The platform registers no number that its operator has not checked.
    status: 'CONNECTED',
    account_mode: 'LIVE',
  };
}

export function numberListing(numbers: Iterable<PhoneNumber>): Listing<WireNumber> {
  return { items: [...numbers].map(numberOnWire), usual: usualNumberFields, filters: {} };
}
