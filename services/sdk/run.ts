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
export function runService({ main, ...parts }: ServiceOptions): void {
  let environment: ReturnType<typeof takeEnvironment>;
  try {
    environment = takeEnvironment();
  } catch (error) {
    createLog('unknown', 'info').fatal({ err: error }, 'cannot start');
    process.exit(1);
  }
  const log = createLog(environment.serviceName, environment.logLevel);
  const service = startService(parts, { environment, folder: path.dirname(fileURLToPath(main)), log });

  let leaving = false;
  /** Lets go of everything, the key's file too, and ends with this code: or with 1 where that takes too long. */
  const leave = async (code: number) => {
    if (leaving) return;
    leaving = true;
    const bound = setTimeout(() => {
      log.error('draining took too long');
      process.exit(1);
    }, DRAIN_BOUND_MS);
    await service.stop().catch((error) => log.error({ err: error }, 'draining failed'));
    clearTimeout(bound);
    log.info({ code }, 'left');
    process.exit(code);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      log.info({ signal }, 'draining');
      void leave(0);
    });

  const fail = (error: unknown) => {
    if (!leaving) log.fatal({ err: error }, 'cannot go on');
    void leave(1);
  };
  service.ready.catch(fail);
  service.lost.then(fail, fail);
}
