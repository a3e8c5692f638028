import { type Logger, pino } from 'pino';
import type { LogLevel } from './environment.ts';

export type { Logger };

/** One JSON object a line on standard output, where the log driver of the task reads. */
export function createLog(service: string, level: LogLevel): Logger {
  return pino(
    {
      level,
      // The stream's name says which task it is; process ids and host names inside of it say nothing.
      base: { service },
      messageKey: 'msg',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    // Synchronous: a line that was logged before a crash has been written.
    pino.destination({ fd: 1, sync: true }),
  );
}
