import { Badge } from '@mantine/core';
import type { ReactNode } from 'react';

/** Says, wherever an amount rests on prices without a source of their own, that they are examples. */
export function Illustrative({ shown }: { readonly shown: boolean }): ReactNode {
  return shown ? (
    <Badge color="yellow" variant="outline" className="illustrative" title="These prices are examples: the price list names no source that can be billed by.">
      Illustrative prices
    </Badge>
  ) : null;
}
