import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import { verifyAws } from '../../../src/lib/verify/aws.ts';
import { verifySchema } from '../../../src/lib/verify/document.ts';
import { verify } from '../../../src/lib/verify/run.ts';
import { leaseSlot } from '../../support/slot.ts';

it('finds nothing healthy where there is no fleet at all, and says so in a valid document', async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'gsys-verify-'));
  const fleet = await loadFleet({ from: import.meta.dirname, home, slot: String(leaseSlot()) });
  const { signal } = new AbortController();
  const aws = verifyAws(fleet.environment, signal);
  const document = await verify({ fleet, aws, signal, now: () => new Date(), only: [], skip: [] });
  expect(verifySchema.parse(JSON.parse(JSON.stringify(document)))).toBeTruthy();
  // The definition is on this machine, and is all that there is.
  const passed = document.findings.filter(({ status }) => status === 'pass');
  expect(passed.filter(({ check }) => !check.startsWith('definition.'))).toEqual([]);
  expect(['unhealthy', 'unknown']).toContain(document.verdict);
  rmSync(home, { recursive: true });
});
