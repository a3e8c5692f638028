import { ecs } from '../../aws/ecs.ts';
import type { Secrets } from '../../aws/secrets.ts';
import { liveConnections } from '../../nats/connections.ts';
import { natsSessions } from '../../nats/sessions.ts';
import { pause } from '../../pause.ts';
import { parseBundle } from '../../pki/bundle.ts';
import { isReadable, leafSha256 } from '../../pki/inspect.ts';
import type { WantedBundle } from '../bundle.ts';
import type { TlsContext } from '../steps.ts';
import type { Doubt, LoadEvidence, WantedLoad } from './loaded.ts';

/** A service whose secret says what it should, and what its tasks are to be judged by. */
export interface Holder extends WantedBundle {
  load: WantedLoad;
}

export async function holderOf(
  wanted: WantedBundle,
  { fleet }: Pick<TlsContext, 'fleet'>,
  aws: Pick<Secrets, 'staged' | 'changedAt'>,
): Promise<Holder> {
  const { service, bundle } = wanted;
  const [previous, changedAt] = await Promise.all([
    aws.staged(service.tlsSecret, 'AWSPREVIOUS'),
    aws.changedAt(service.tlsSecret),
  ]);
  const leaf = leafSha256(bundle.cert);
  const former = parseBundle(previous?.value)?.cert;
  const leafTells = former === undefined || !isReadable(former) || leafSha256(former) !== leaf;
  return {
    ...wanted,
    load: { fleet: fleet.name, service: service.name, leaf, leafTells, changedAt: changedAt ?? new Date() },
  };
}

export interface Judged {
  holder: Holder;
  doubt: Doubt | undefined;
  /** How many it should have now. */
  tasks: number;
}

interface Judging {
  judge(wanted: WantedLoad, evidence: LoadEvidence): Doubt | undefined;
  /** Whether to look again: what speaks against it may pass. */
  passes(doubt: Doubt): boolean;
  /** Milliseconds for that. */
  patience: number;
}

const LOOK_EVERY = 500;

/** Looks at tasks and connections of all these services together, until nothing is in doubt that may pass. */
export async function judgeTasks(
  holders: Holder[],
  context: TlsContext,
  { judge, passes, patience }: Judging,
): Promise<Judged[]> {
  const started = performance.now();
  for (let told = ''; ; ) {
    await context.lock.keep();
    const seen = await look(context);
    const judged = holders.map((holder) => {
      const tasks = seen.tasks.filter(({ ecsService }) => ecsService === holder.service.ecsService);
      const doubt = judge(holder.load, { tasks, nodes: seen.nodes });
      return { holder, doubt, tasks: tasks.length };
    });
    const open = judged.filter(({ doubt }) => doubt !== undefined && passes(doubt));
    if (open.length === 0 || performance.now() - started > patience) return judged;
    const waiting = open.map(({ holder, doubt }) => [holder.service.name, doubt?.why ?? ''] as const);
    if (told !== waiting.join())
      for (const [holder, detail] of waiting) context.tell({ type: 'waiting', holder, detail });
    told = waiting.join();
    await pause(LOOK_EVERY, context.signal);
  }
}

async function look({ fleet: { environment }, access }: TlsContext) {
  const sessions = natsSessions(environment);
  try {
    const [tasks, nodes] = await Promise.all([
      ecs(access).tasks({ status: 'RUNNING' }),
      liveConnections(environment.nats.nodes, sessions),
    ]);
    return { tasks, nodes };
  } finally {
    await sessions.close();
  }
}
