import type { ErrorCode } from '../../lib/errors.ts';

/** What the supervisor tells the `up` that started it, over Node's IPC channel. */
export type SupervisorMessage =
  /** A part is up; `milliseconds` since the supervisor began. */
  | { type: 'step'; text: string; milliseconds: number }
  | { type: 'ready'; milliseconds: number }
  /** Another supervisor has the state folder. */
  | { type: 'busy'; pid: number }
  | { type: 'failed'; code: ErrorCode; message: string; next?: string | undefined; details: string[] };
