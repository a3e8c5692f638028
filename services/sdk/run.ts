import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { takeEnvironment } from './environment.ts';
import { createLog } from './log.ts';
import { type ServiceParts, startService } from './start.ts';

/** ECS sends SIGKILL this long after SIGTERM, by the template's stopTimeout; we are done well before. Milliseconds. */
const DRAIN_BOUND_MS = 20_000;

export interface ServiceOptions extends ServiceParts {
  /** `import.meta.url` of main: service.json lies beside it. */
  main: string;
}

/** The whole life of a task's process: from its environment to exit 0 after SIGTERM, or 1 when it cannot start. */
export async function runService({ main, ...parts }: ServiceOptions): Promise<void> {
  let environment: ReturnType<typeof takeEnvironment>;
  try {
    environment = takeEnvironment();
  } catch (error) {
    createLog('unknown', 'info').fatal({ err: error }, 'cannot start');
    process.exit(1);
  }
  const log = createLog(environment.serviceName, environment.logLevel);
  const service = startService(parts, { environment, folder: path.dirname(fileURLToPath(main)), log });

  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'draining');
    const bound = setTimeout(() => {
      log.warn('drain took too long, leaving');
      process.exit(1);
    }, DRAIN_BOUND_MS);
    await service.stop();
    clearTimeout(bound);
    log.info('drained');
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  try {
    await service.ready;
  } catch (error) {
    if (stopping) return;
    log.fatal({ err: error }, 'cannot start');
    process.exit(1);
  }
}
