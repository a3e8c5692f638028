import { type Secrets, secrets } from '../../aws/secrets.ts';
import { GsysError, messageOf } from '../../errors.ts';
import { bundleText } from '../../pki/bundle.ts';
import { asTheyCome } from '../../release/as-they-come.ts';
import { bundleVersion, isBundle, type WantedBundle } from '../bundle.ts';
import { troubleGettingIn } from '../let-in.ts';
import type { TlsContext } from '../steps.ts';

/** Secrets, or services with all nodes, at the same time. */
const AT_ONCE = 4;

/**
 * Has the secret of each service say what is wanted: on AWSPENDING first, then proved with every node, and only when
 * all are proved AWSCURRENT moves. What fails before the last one has moved leaves all of them as they were.
 * @throws GsysError NOT_PROVEN when a node does not let one in
 */
export async function makeCurrent(wanted: WantedBundle[], context: TlsContext): Promise<void> {
  const aws = secrets(context.access);
  const all = await collect(wanted, (one) => look(one, aws));
  const changes = all.filter(({ state }) => state !== 'current');
  try {
    await collect(changes, (one) => pend(one, aws, context));
    await prove(changes, context);
    await context.lock.check();
    for (const change of changes) await move(change, aws, context);
  } catch (error) {
    throw await withAllAsBefore(error, changes, context);
  }
  // Of a call that was ended between the two, or of a bundle that nobody wants any more.
  const others = all.filter(({ state }) => state === 'current');
  await collect(others, async ({ secret }) => {
    const left = await aws.staged(secret, 'AWSPENDING');
    if (left !== undefined) await aws.dropPending(secret, left.id);
  });
}

interface Change extends WantedBundle {
  secret: string;
  /** Of the secret, once it holds the bundle. */
  version: string;
  state: 'current' | 'other' | 'no secret';
  /** Version that AWSCURRENT is on; undefined where there is no secret. */
  before: string | undefined;
  pending?: boolean;
  moved?: boolean;
}

async function look({ service, bundle }: WantedBundle, aws: Pick<Secrets, 'staged'>): Promise<Change> {
  const current = await aws.staged(service.tlsSecret, 'AWSCURRENT');
  const state = current === undefined ? 'no secret' : isBundle(current.value, bundle) ? 'current' : 'other';
  const version = bundleVersion(bundle);
  return { service, bundle, secret: service.tlsSecret, version, state, before: current?.id };
}

async function pend(change: Change, aws: Secrets, { lock, tell, signal }: TlsContext): Promise<void> {
  signal?.throwIfAborted();
  await lock.keep();
  // The first value of a secret is its current one at once: it is made when it is proved.
  if (change.state === 'no secret') return;
  change.pending = true;
  await aws.putPending(change.secret, bundleText(change.bundle), change.version);
  tell({ type: 'pending', holder: change.service.name, detail: `AWSPENDING of ${change.secret}` });
}

async function prove(changes: Change[], { fleet, lock, tell, signal }: TlsContext): Promise<void> {
  const { nodes } = fleet.environment.nats;
  const refused = await collect(changes, async ({ service, bundle }) => {
    await lock.keep();
    const troubles = await troubleGettingIn(nodes, bundle, signal);
    if (troubles.length === 0)
      tell({ type: 'proved', holder: service.name, detail: `all ${nodes.length} NATS nodes let it in` });
    return troubles.map((trouble) => `${service.name} with ${trouble}`);
  });
  const details = refused.flat();
  if (details.length === 0) return;
  const names = changes.filter((_, i) => (refused[i]?.length ?? 0) > 0).map(({ service }) => service.name);
  throw new GsysError('NOT_PROVEN', `the new bundle of ${names.join(', ')} does not get in everywhere`, {
    details,
    next: 'gsys tls status',
  });
}

async function move(change: Change, aws: Secrets, { lock, tell, signal }: TlsContext): Promise<void> {
  signal?.throwIfAborted();
  await lock.keep();
  const { secret, service, version, before } = change;
  if (before === undefined) {
    const description = `Certificate, key and trust bundle of ${service.name}.`;
    if (!(await aws.create(secret, bundleText(change.bundle), description)))
      throw new GsysError('NOT_PROVEN', `somebody else has just made the secret ${secret}`);
  } else {
    change.moved = true;
    await aws.moveCurrent(secret, { from: before, to: version });
    await aws.dropPending(secret, version);
  }
  tell({ type: 'current', holder: service.name, detail: `AWSCURRENT of ${secret}` });
}

/** Whoever has lost the lock leaves everything to its new holder. */
async function withAllAsBefore(error: unknown, changes: Change[], context: TlsContext): Promise<unknown> {
  if (error instanceof GsysError && error.code === 'LOCKED') return error;
  const aws = secrets(context.signal?.aborted ? context.afterwards() : context.access);
  const left: string[] = [];
  for (const change of changes.filter(({ pending }) => pending)) {
    try {
      await takeBack(change, aws);
      context.tell({
        type: 'went-back',
        holder: change.service.name,
        detail: `${change.secret} is as it was`,
      });
    } catch (trouble) {
      left.push(`${change.secret} could not be put back: ${messageOf(trouble)}`);
    }
  }
  const known = error instanceof GsysError ? error : undefined;
  const as = left.length === 0 ? 'every secret is as it was' : 'not every secret is as it was';
  return new GsysError(known?.code ?? 'INTERNAL', `${messageOf(error)}; ${as}, and no task was touched`, {
    cause: error,
    details: [...(known?.details ?? []), ...left],
    next: known?.next,
  });
}

/** An answer may have been lost: what the secret says counts, not what was seen. */
async function takeBack({ secret, version, before, moved }: Change, aws: Secrets): Promise<void> {
  if (moved && before !== undefined && (await aws.staged(secret, 'AWSCURRENT'))?.id === version)
    await aws.moveCurrent(secret, { from: version, to: before });
  await aws.dropPending(secret, version);
}

/** Results in the order of the items. */
async function collect<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Map<T, R>();
  const jobs = asTheyCome(items, AT_ONCE, async (item) => void results.set(item, await work(item)));
  for await (const _ of jobs);
  return items.map((item) => results.get(item) as R);
}
