import type { ApiCalls, AwsAccess } from '../../aws/clients.ts';
import { checkAccount } from '../../aws/sts.ts';
import type { Fleet, Service } from '../../fleet/fleet.ts';
import { gatherWithLacks } from '../gather.ts';
import type { ServiceFacts } from '../plan.ts';
import { releaseSources } from '../sources.ts';
import { planRelease, type ReleasePlan } from './release-plan.ts';

interface PlanOptions {
  fleet: Fleet;
  services: Service[];
  access: AwsAccess;
  /** Where the plan is kept for `deploy --plan`. */
  out: string | undefined;
  now(): number;
}

export interface MadePlan extends ReleasePlan {
  fleet: string;
  environment: string;
  account: string;
  region: string;
  cluster: string;
  /** Where it was kept; one that deploy would refuse is not. */
  savedTo?: string;
  apiCalls: ApiCalls;
}

/**
 * Looks, and says what a deploy would do. Nothing is changed but the file that is asked for.
 * @throws GsysError WRONG_ACCOUNT, FILE_SYSTEM
 */
export async function makePlan(options: PlanOptions): Promise<MadePlan> {
  const { fleet, services, access, out } = options;
  await checkAccount(access);
  const facts = await gatherWithLacks(fleet, services, releaseSources(access));
  const plan = planRelease(fleet, facts);
  const { account, region, cluster, name: environment } = fleet.environment;
  const refused = plan.findings.some(({ level }) => level === 'error');
  const savedTo = refused ? undefined : out;
  if (savedTo !== undefined) await save(savedTo, plan, facts, options);
  return {
    ...{ fleet: fleet.name, environment, account, region, cluster },
    ...plan,
    ...(savedTo !== undefined && { savedTo }),
    apiCalls: access.calls,
  };
}

async function save(
  file: string,
  { services, waves }: ReleasePlan,
  facts: ServiceFacts[],
  { fleet, now }: PlanOptions,
): Promise<void> {
  // Loaded here, so that a plan that is only looked at does not wait for the schema of a file.
  const [{ writePlanFile }, { worldOf }] = await Promise.all([
    import('./plan-file.ts'),
    import('./world.ts'),
  ]);
  const registered = facts.filter((_, i) => services[i]?.differs);
  await writePlanFile({
    file,
    madeAt: new Date(now()).toISOString(),
    ...{ services, waves },
    definitions: Object.fromEntries(registered.map(({ service, wanted }) => [service.name, wanted])),
    world: worldOf(fleet, facts),
  });
}
