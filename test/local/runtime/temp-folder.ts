import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of the running test, gone when the test is. */
export function tempFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'gsys-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
