import type { ValueTransformer } from 'typeorm';

/** PostgreSQL's bigint as a number: offsets and instants are safe integers. Micros are not: they stay decimal strings, see `micros`. */
export const toNumber: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: unknown) => (value === null || value === undefined ? null : Number(value)),
};

/** Micros of a currency: a decimal string in the driver, a bigint in the program. */
export const micros: ValueTransformer = {
  to: (value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
  from: (value: unknown) => (value === null || value === undefined ? null : BigInt(value as string | number)),
};
