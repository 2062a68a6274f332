import { degreeE7, maxPlaceLength } from '@parley/sdk';
import { fieldsOf } from '../fields.js';
import { missing, numberAt, optionalTextAt } from '../values.js';

/** Degrees times 10,000,000: what the wire says beyond that is below a centimetre. */
export interface LocationRequest {
  readonly type: 'location';
  readonly latitudeE7: number;
  readonly longitudeE7: number;
  readonly name: string | null;
  readonly address: string | null;
}

/** Reads `location`. Throws WireFault. */
export function parseLocation(value: unknown): LocationRequest {
  if (value === undefined) throw missing('location', 'is missing: {"location": {"latitude": 52.5, "longitude": 13.4}}.');
  const { latitude, longitude, name, address } = fieldsOf(value, 'location');
  return {
    type: 'location',
    latitudeE7: Math.round(numberAt(latitude, 'location.latitude', 90) * degreeE7),
    longitudeE7: Math.round(numberAt(longitude, 'location.longitude', 180) * degreeE7),
    name: optionalTextAt(name, 'location.name', maxPlaceLength),
    address: optionalTextAt(address, 'location.address', maxPlaceLength),
  };
}
