import { fitted, type Span } from './line.ts';

/** One column of a table. */
export interface Column<Row> {
  head: string;
  width: number;
  right?: boolean;
  /** Columns of a lower number stay when there is no room for all. */
  rank: number;
  /** It takes the room that is left. */
  grows?: boolean;
  cell(row: Row): Span | string;
}

const GAP = '  ';

/** The columns that there is room for, in their order; one that grows is as wide as what is left. Pure. */
export function columnsThatFit<Row>(columns: Column<Row>[], room: number): Column<Row>[] {
  let left = room;
  const kept = new Set<Column<Row>>();
  for (const column of columns.toSorted((a, b) => a.rank - b.rank)) {
    const needed = column.width + GAP.length;
    if (needed > left) continue;
    left -= needed;
    kept.add(column);
  }
  return columns
    .filter((column) => kept.has(column))
    .map((column) => (column.grows ? { ...column, width: column.width + left } : column));
}

export function headSpans<Row>(columns: Column<Row>[]): Span[] {
  return columns.map(({ head, width, right }) => ({ text: fitted(head, width, right) + GAP, dim: true }));
}

export function rowSpans<Row>(columns: Column<Row>[], row: Row): Span[] {
  return columns.map(({ cell, width, right }) => {
    const content = cell(row);
    const span = typeof content === 'string' ? { text: content } : content;
    return { ...span, text: fitted(span.text, width, right) + GAP };
  });
}
