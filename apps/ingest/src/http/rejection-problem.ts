import type { Rejection } from '@parley/domain';
import { invalidFields } from '@parley/service';
import type { Problem } from '@parley/service';

/** A rejection as HTTP tells it: the field at fault, and what would be right. */
export function rejectionProblem({ fieldPath, hint }: Rejection): Problem {
  return invalidFields([{ path: fieldPath, hint }]);
}
