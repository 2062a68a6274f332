import { ID_PATTERNS, isId } from '@parley/contracts';
import type { IdByKind, IdKind } from '@parley/contracts';
import { shape } from './shape.js';
import type { Shape } from './shape.js';

/** An id of one kind, as contracts state its form. */
export function id<Kind extends IdKind>(kind: Kind): Shape<IdByKind[Kind]> {
  return shape({ type: 'string', pattern: ID_PATTERNS[kind].source }, (value, path, findings) => {
    if (value === undefined || value === null) return findings.wrong(path, 'is required');
    if (typeof value === 'string' && isId(kind, value)) return value;
    return findings.wrong(path, `must match ${ID_PATTERNS[kind].source}`);
  });
}
