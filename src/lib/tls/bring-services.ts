import { secrets } from '../aws/secrets.ts';
import { GsysError, messageOf } from '../errors.ts';
import { requireOwnBundle, type WantedBundle } from './bundle.ts';
import { goBack, type Kept } from './services/go-back.ts';
import { type Holder, holderOf, type Judged, judgeTasks } from './services/judge-tasks.ts';
import { doubtAfter, doubtBefore, doubtOfTasks } from './services/loaded.ts';
import { makeCurrent } from './services/make-current.ts';
import { type RestartOptions, restartHolders } from './services/restart-holders.ts';
import type { TlsContext } from './steps.ts';

/** Milliseconds that tasks which are starting, or coming back, get to be seen before anything is restarted. */
const SETTLES = 10_000;
/** The same until former tasks are gone: they have half a minute for what is under way. */
const LEAVES = 90_000;

export interface BringOptions extends RestartOptions {
  /** Whether somebody may stay connected with the former certificate: of one that is revoked, a thief. */
  othersMayStay?: boolean;
}

/**
 * Brings each service the bundle that it should have: its secret says it, proved with every node before; its tasks have
 * read it, proved by their connections. Services that have it already are left alone. Ended at any moment and called
 * again, it goes on from what it finds.
 * @throws GsysError BAD_CERTIFICATE for a bundle that is not the service's, NOT_PROVEN, or as the restart ended
 */
export async function bringToServices(
  wanted: WantedBundle[],
  context: TlsContext,
  options: BringOptions = {},
): Promise<void> {
  for (const { service, bundle } of wanted) requireOwnBundle(context.fleet, service.name, bundle);
  await makeCurrent(wanted, context);
  const aws = secrets(context.access);
  const holders = await Promise.all(wanted.map((one) => holderOf(one, context, aws)));
  const old = await findOld(holders, context);
  if (old.length > 0) await restart(old, context, options);
}

/** Those of whom nobody can say that their tasks have read what their secret says. */
async function findOld(holders: Holder[], context: TlsContext): Promise<Holder[]> {
  const judged = await judgeTasks(holders, context, {
    ...{ judge: doubtBefore, patience: SETTLES },
    passes: ({ kind }) => kind !== 'old',
  });
  const unseen = judged.filter(({ doubt }) => doubt?.kind === 'unseen');
  if (unseen.length > 0) throw notProven('which tasks have read their new secret cannot be seen', unseen);
  for (const { holder, doubt, tasks } of judged) {
    if (doubt !== undefined) continue;
    const { name } = holder.service;
    if (tasks === 0)
      context.tell({ type: 'current', holder: name, detail: 'none of its tasks runs: none to restart' });
    else context.tell({ type: 'proved', holder: name, detail: `${tasks} tasks have read it` });
  }
  return judged.filter(({ doubt }) => doubt !== undefined).map(({ holder }) => holder);
}

async function restart(old: Holder[], context: TlsContext, options: BringOptions): Promise<void> {
  const aws = secrets(context.access);
  const named = (names: string[]) => old.filter(({ service }) => names.includes(service.name));
  const back: string[] = [];
  const kept: Kept[] = [];
  let doubt: unknown;
  const between = {
    async failed(names: string[]) {
      back.push(...names);
      kept.push(...(await goBack(named(names), aws, context)));
    },
    async done(names: string[]) {
      doubt = await prove(named(names), context, options).catch((error: unknown) => error);
      return doubt === undefined;
    },
  };
  const names = old.map(({ service }) => service.name);
  try {
    await restartHolders(names, between, context, options);
  } catch (error) {
    throw back.length === 0 ? error : withSecrets(error, back, kept);
  }
  if (doubt !== undefined) throw doubt;
}

/** @throws GsysError NOT_PROVEN */
async function prove(
  holders: Holder[],
  context: TlsContext,
  { othersMayStay = false }: BringOptions,
): Promise<undefined> {
  const judged = await judgeTasks(holders, context, {
    ...{ judge: othersMayStay ? doubtOfTasks : doubtAfter, patience: LEAVES },
    passes: () => true,
  });
  const doubtful = judged.filter(({ doubt }) => doubt !== undefined);
  if (doubtful.length > 0) throw notProven('new tasks are up, and not all is as it should be', doubtful);
  for (const { holder, tasks } of judged)
    context.tell({
      ...{ type: 'proved', holder: holder.service.name },
      detail: `${tasks} tasks are connected with it${othersMayStay ? '' : ', and nobody with another'}`,
    });
}

function notProven(what: string, judged: Judged[]): GsysError {
  const details = judged.map(({ holder, doubt }) => `${holder.service.name}: ${doubt?.why}`);
  return new GsysError('NOT_PROVEN', what, { details, next: 'gsys tls status' });
}

/** What fails also says what the secrets of those who were not reached say now. */
function withSecrets(error: unknown, names: string[], kept: Kept[]): GsysError {
  const known = error instanceof GsysError ? error : undefined;
  const former = names.filter((name) => !kept.some(({ service }) => service === name));
  const now = [
    ...(former.length === 0 ? [] : [`the secrets of ${former.join(', ')} say what they said before`]),
    ...kept.map(({ service, why }) => `${service} keeps the new bundle: ${why}`),
  ];
  return new GsysError(known?.code ?? 'INTERNAL', [messageOf(error), ...now].join('; '), {
    cause: error,
    next: known?.next,
  });
}
