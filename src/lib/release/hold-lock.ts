import type { AwsAccess } from '../aws/clients.ts';
import { ssm } from '../aws/ssm.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { ownProcess } from './holder-process.ts';
import { acquireLock, type HeldLock, type LockHolder } from './lock.ts';

export interface LockOptions {
  fleet: Fleet;
  access: AwsAccess;
  /** Access that Ctrl-C does not end, for leaving things in order. */
  afterwards: () => AwsAccess;
  holder: LockHolder;
}

/**
 * The fleet's lock, for a change that is over before it returns.
 * @throws GsysError LOCKED
 */
export async function holdLock({ fleet, access, afterwards, holder }: LockOptions): Promise<{
  lock: HeldLock;
  /** For `finally`: it never fails, since a lock that cannot be let go expires. */
  letGo(): Promise<void>;
}> {
  const place = { fleet: fleet.name, environment: fleet.environment.name };
  // Whoever was killed holds nothing: the next one need not wait for it to expire.
  const own = { ...holder, process: ownProcess() };
  const lock = await acquireLock(ssm(access), place, own, () => access.serverNow());
  return {
    lock,
    async letGo() {
      // After Ctrl-C the first access answers nothing any more.
      const own = access.signal?.aborted ? lock.through(ssm(afterwards())) : lock;
      await own.release().catch(() => undefined);
    },
  };
}
