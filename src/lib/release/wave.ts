import type { AwsAccess } from '../aws/clients.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { pause } from '../pause.ts';
import type { DeployStep, PlannedService } from './events.ts';
import { follow, type Rollout, type RolloutEnd } from './follow.ts';
import type { HeldLock } from './lock.ts';
import type { ServiceFacts } from './plan.ts';
import { createRequest, updateRequest } from './service-request.ts';
import type { ReleaseSources } from './sources.ts';

/** One service on its way through a release. */
export interface WaveItem {
  facts: ServiceFacts;
  plan: PlannedService;
  /** Its new task definition, once it is registered. */
  registered?: string;
  /** Set when ECS was told to run it. */
  rollout?: Rollout;
  end?: RolloutEnd;
}

interface WaveOptions {
  fleet: Fleet;
  access: AwsAccess;
  items: WaveItem[];
  lock: HeldLock;
  sources: ReleaseSources;
  now(): number;
  chance(): number;
}

/** Registers what is new, tells ECS, and stays until each rollout has come to its end. */
export async function* runWave(options: WaveOptions): AsyncGenerator<DeployStep> {
  const { items, lock, sources, access } = options;
  const changes = items.filter(({ plan }) => plan.action !== 'unchanged');
  yield { type: 'wave-started', wave: 1, services: changes.map(({ plan }) => plan.service) };
  await lock.check();
  for (const item of changes) {
    yield* register(item, sources);
    yield* tellEcs(item, options);
  }
  const rollouts = changes.flatMap(({ rollout }) => rollout ?? []);
  const ends = yield* follow(rollouts, {
    ...sources,
    now: options.now,
    chance: options.chance,
    wait: (seconds) => pause(seconds * 1000, access.signal),
    beforeLook: () => lock.keep(),
  });
  for (const end of ends) {
    const item = changes.find(({ rollout }) => rollout === end.rollout);
    if (item !== undefined) item.end = end;
    if (end.outcome === 'rolled-back')
      yield { type: 'rolled-back', service: end.rollout.service.name, reason: end.reason };
  }
  yield { type: 'wave-done', wave: 1 };
}

/** Only what differs from what is registered gets a new revision. */
async function* register(item: WaveItem, { changes }: ReleaseSources): AsyncGenerator<DeployStep> {
  const { plan, facts } = item;
  if (!plan.differs && plan.from !== undefined) {
    item.registered = plan.from;
    return;
  }
  item.registered = await changes.register(facts.wanted);
  yield { type: 'registered', service: plan.service, taskDefinition: item.registered };
}

async function* tellEcs(
  item: WaveItem,
  { fleet, sources: { changes } }: WaveOptions,
): AsyncGenerator<DeployStep> {
  const { plan, facts, registered = '' } = item;
  const { service } = facts;
  if (plan.action === 'prove') {
    item.rollout = { service, taskDefinition: registered, since: undefined };
    return;
  }
  const created = plan.action === 'create';
  const state = created
    ? await changes.createService(createRequest(fleet, service, registered))
    : await changes.updateService(updateRequest(fleet, service, registered, registered === plan.from));
  const since = state.deployments.find(({ status }) => status === 'PRIMARY')?.createdAt;
  item.rollout = { service, taskDefinition: registered, since };
  yield { type: 'updated', service: plan.service, taskDefinition: registered, created };
}
