import { Box, Text } from 'ink';
import { createElement as h, type ReactElement } from 'react';
import { type Column, columnsThatFit, headSpans, rowSpans } from './columns.ts';
import { windowOf } from './layout.ts';
import { Line } from './line.ts';

interface Props<Row> {
  columns: Column<Row>[];
  rows: Row[];
  /** Lines and columns that it has. */
  lines: number;
  width: number;
  /** The row that stands out; undefined where none does. */
  at?: number | undefined;
  looked?: boolean;
  /** Behind the head: how many there are, and what else is to be said of all. */
  note?: string;
  /** In the place of rows. */
  empty: string;
  isOld(row: Row): boolean;
}

/** A table with a head; as many rows as it has lines for. */
export function tablePane<Row>(props: Props<Row> & { key?: string }): ReactElement {
  return h(TablePane<Row>, props);
}

function TablePane<Row>({ lines, width, ...props }: Props<Row>): ReactElement | null {
  if (lines < 1) return null;
  const { rows, at, looked = false, isOld } = props;
  const mark = 2;
  const columns = columnsThatFit(props.columns, width - mark);
  const { shown, first } = windowOf(rows, at ?? 0, lines - 1);
  const head = headSpans(columns);
  const note = props.note ?? '';
  const line = (row: Row, i: number) => {
    const here = looked && first + i === at;
    return h(Line, {
      key: first + i,
      spans: [{ text: here ? '> ' : '  ', color: 'cyan', bold: true }, ...rowSpans(columns, row)],
      dim: isOld(row),
      inverse: here,
    });
  };
  const marked = { text: looked ? '▸ ' : '  ', color: 'cyan', bold: true };
  return h(
    Box,
    { flexDirection: 'column', height: lines, flexShrink: 0, overflow: 'hidden' },
    h(Line, { spans: [marked, ...head.map((span) => ({ ...span, bold: looked })), note] }),
    ...(rows.length === 0 && lines > 1 ? [h(Text, { key: 'none', dimColor: true }, `  ${props.empty}`)] : []),
    ...shown.map(line),
  );
}
