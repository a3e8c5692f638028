import type { DeployEvent, ServiceResult } from '../../lib/release/events.ts';

/** Where one service is. */
export type RowPhase =
  | 'queued'
  | 'changing'
  | 'rolling-out'
  | 'up'
  | 'done'
  | 'failed'
  | 'going-back'
  | ServiceResult['outcome'];

export interface Row {
  service: string;
  /** From 1. */
  wave: number;
  phase: RowPhase;
  running?: number;
  desired?: number;
  /** What it fails with. */
  note?: string;
}

/** What a person sees of a release that is under way. */
export interface ReleaseView {
  release: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  wave: { number: number; of: number; canary: boolean } | undefined;
  /** What is waited for, and since when. */
  waiting: { what: string; since: number } | undefined;
  rows: Row[];
}

export function emptyView(startedAt: number): ReleaseView {
  return { release: '', startedAt, wave: undefined, waiting: undefined, rows: [] };
}

/** The view after one more event. Pure. */
export function viewAfter(view: ReleaseView, event: DeployEvent): ReleaseView {
  const at = Date.parse(event.at);
  const named = { ...view, release: event.release };
  switch (event.type) {
    case 'planned':
      return {
        ...named,
        rows: event.waves.flatMap(({ services }, i) =>
          services.map((service) => ({ service, wave: i + 1, phase: 'queued' as const })),
        ),
      };
    case 'wave-started':
      return {
        ...named,
        wave: { number: event.wave, of: event.of, canary: event.canary },
        rows: view.rows.map((row) => (row.wave === event.wave ? { ...row, phase: 'changing' } : row)),
      };
    case 'updated':
      return withRow(named, event.service, { phase: 'rolling-out' });
    case 'progress': {
      const { running, desired, status } = event;
      const phase = phaseOf(status);
      return withRow(named, event.service, { running, desired, ...(phase !== undefined && { phase }) });
    }
    case 'gate-waiting':
      return { ...named, waiting: { what: event.detail, since: at } };
    case 'gate-passed':
      return { ...named, waiting: undefined };
    case 'gate-failed': {
      const failed = { ...named, waiting: undefined };
      return event.service === undefined
        ? failed
        : withRow(failed, event.service, { phase: 'failed', note: event.detail });
    }
    case 'rolled-back':
      return withRow(named, event.service, {
        phase: event.proven ? 'rolled-back' : 'failed',
        note: event.reason,
      });
    case 'wave-done':
      return {
        ...named,
        rows: view.rows.map((row) => (row.wave === event.wave ? { ...row, phase: 'done' } : row)),
      };
    default:
      return named;
  }
}

function withRow(view: ReleaseView, service: string, change: Partial<Row>): ReleaseView {
  return { ...view, rows: view.rows.map((row) => (row.service === service ? { ...row, ...change } : row)) };
}

/** Of ECS's word for a deployment; undefined where it says nothing new. */
function phaseOf(status: string): RowPhase | undefined {
  if (status === 'SUCCESSFUL') return 'up';
  if (status === 'GOING_BACK' || status.startsWith('ROLLBACK')) return 'going-back';
  return undefined;
}

/**
 * The rows that a screen has room for: what fails and moves first, then what comes next.
 * @returns how many are left out, too
 */
export function rowsThatFit(rows: Row[], room: number): { shown: Row[]; more: number } {
  if (rows.length <= room) return { shown: rows, more: 0 };
  const urgency = ({ phase }: Row) => ORDER.indexOf(phase);
  const first = rows.toSorted((a, b) => urgency(a) - urgency(b)).slice(0, Math.max(0, room - 1));
  const shown = rows.filter((row) => first.includes(row));
  return { shown, more: rows.length - shown.length };
}

const ORDER: RowPhase[] = [
  'failed',
  'going-back',
  'rolled-back',
  'changing',
  'rolling-out',
  'up',
  'queued',
  'done',
  'deployed',
  'untouched',
];
