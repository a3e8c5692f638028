import { expect } from 'vitest';
import type { Row } from '../calls/row.ts';
import type { Outcome } from '../clients/client.ts';

/** @returns what the row wanted and the client did not get, or undefined */
export function heldBack(row: Row, outcome: Outcome): string | undefined {
  try {
    expectRow(row, outcome);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The row's own expectations of what the client made of the answer. */
export function expectRow(row: Row, outcome: Outcome): void {
  if (row.error !== undefined) {
    expect(outcome).toMatchObject({ error: { code: row.error } });
    return;
  }
  expect(outcome.error).toBeUndefined();
  if (row.holds) expect(outcome.answer).toMatchObject(row.holds);
  if (row.pages) expect(outcome.answer?.[row.pages.of]).toHaveLength(row.pages.items);
}
