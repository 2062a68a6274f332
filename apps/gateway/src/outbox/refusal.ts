import { PlatformError } from '@parley/sdk';
import { isRefusal } from '../platform/platform.js';
import { WireFault } from '../wire/fault.js';

/** What the business's software is told when the platform has refused a request. The platform's own sentences hold no content: it has none. */
export function faultOf(refusal: PlatformError): WireFault {
  const said = [refusal.detail, ...refusal.errors.slice(0, 3).map(({ path, hint }) => `${path} ${hint}.`)].filter((text) => text !== '').join(' ');
  switch (refusal.status) {
    case 401:
      return new WireFault('permission', "The platform does not accept the gateway's own API key. Set the gateway up with a valid one.");
    case 403:
      return new WireFault('permission', `The gateway's platform API key may not do this. ${said}`.trim());
    case 400:
    case 404:
    case 413:
      return new WireFault('invalid-parameter', `The platform refused the request. ${said}`.trim());
    default:
      return new WireFault('something-wrong', `The platform refused the request with status ${refusal.status}. ${said}`.trim());
  }
}

/** The fault for an error on the way to the platform. Throws anything else on. */
export function faultOfError(error: unknown): WireFault {
  if (isRefusal(error)) return faultOf(error);
  if (error instanceof PlatformError) return new WireFault('unavailable', 'The platform cannot be reached just now, so nothing was sent. Try again in a moment.');
  throw error;
}

/** The fault for a message that was taken and could not be handed on for too long. */
export const tooLate = new WireFault('unavailable', 'The platform could not be reached for six days, so the message was not sent.');
