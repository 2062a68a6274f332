import { line, maybe, whole } from '../fields.js';
import { checkSaid, type Said } from './said.js';

/** A place. Degrees times 10,000,000, since whole numbers alone have one spelling: a step is about a centimetre. */
export type LocationContent = Said & {
  readonly type: 'location';
  readonly latitudeE7: number;
  readonly longitudeE7: number;
  readonly name?: string;
  readonly address?: string;
};

export const degreeE7 = 10_000_000;
/** The Cloud API gives `location.name` and `address` no limit; an envelope has one. */
export const maxPlaceLength = 1000;

export function checkLocation({ latitudeE7, longitudeE7, name, address, ...said }: LocationContent): LocationContent {
  return {
    type: 'location',
    latitudeE7: whole(latitudeE7, 'latitudeE7', -90 * degreeE7, 90 * degreeE7),
    longitudeE7: whole(longitudeE7, 'longitudeE7', -180 * degreeE7, 180 * degreeE7),
    ...maybe('name', name, (text) => line(text, 'name', 1, maxPlaceLength)),
    ...maybe('address', address, (text) => line(text, 'address', 1, maxPlaceLength)),
    ...checkSaid(said),
  };
}
