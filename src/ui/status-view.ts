import type { ServiceStatus } from '../lib/observe/status.ts';
import type { FleetSummary } from '../lib/observe/summary.ts';
import type { Paint } from './paint.ts';
import { statusSummary } from './status-summary.ts';
import { statusTable } from './status-table.ts';

/** The fleet on one screen. @param now milliseconds since the epoch */
export function statusView(services: ServiceStatus[], summary: FleetSummary, paint: Paint, now: number) {
  return `${statusTable(services, paint, now)}\n\n${statusSummary(summary, paint, now)}`;
}
