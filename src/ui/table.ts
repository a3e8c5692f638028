import width from 'fast-string-width';
import align from 'text-table';

/** Columns without borders, as `kubectl get` prints them; cells may carry colour. */
export function table(head: string[], rows: string[][]): string {
  return align([head, ...rows], { hsep: '  ', stringLength: width });
}
