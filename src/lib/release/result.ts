import { GsysError, messageOf } from '../errors.ts';
import type { ResultError, ResultStep, ServiceResult } from './events.ts';
import type { Passage } from './move.ts';

/** Stopped tasks that a result carries for each service: the last ones tell most. */
const STOPPED_SHOWN = 3;

/** How a release ended, for each service that was asked for. Pure. */
export function resultOf(
  passages: Passage[],
  end: Pick<ResultStep, 'outcome' | 'reason' | 'error'>,
): ResultStep {
  return { type: 'result', ...end, services: passages.map(serviceResult) };
}

type End = Pick<ResultStep, 'outcome' | 'error'>;

interface Ending {
  /** What was thrown, if anything. */
  failure: unknown;
  signal: AbortSignal | undefined;
  /** Waves that were not begun. */
  left: number;
}

/** How a release ended whose first wave was begun. */
export function endOf(passages: Passage[], { failure, signal, left }: Ending): End {
  if (signal?.aborted) return { outcome: 'interrupted', error: errorOf(interrupted(signal, passages)) };
  if (failure !== undefined) return { outcome: 'failed', error: errorOf(withState(failure, passages)) };
  const bad = passages.filter(({ failure: why }) => why !== undefined);
  if (bad.length === 0 && left > 0) return { outcome: 'interrupted', error: errorOf(stoppedInOrder(left)) };
  if (bad.length === 0) return { outcome: 'succeeded' };
  const told = passages.filter(({ back }) => back !== undefined);
  const proven = told.length > 0 && told.every(({ back }) => back?.proven);
  return { outcome: proven ? 'rolled-back' : 'failed', error: errorOf(failed(bad, told, left)) };
}

/** How a release ended that did not come to its first wave. */
export function refusalOf(failure: unknown, signal: AbortSignal | undefined): End {
  if (signal?.aborted) return { outcome: 'interrupted', error: errorOf(signal.reason) };
  const refused = failure instanceof GsysError && REFUSALS.includes(failure.code);
  return { outcome: refused ? 'refused' : 'failed', error: errorOf(failure) };
}

const REFUSALS = ['NOT_CONFIRMED', 'LOCKED', 'NATS_UNREACHABLE'];

/** A release that could not find out how it went has failed: exit 1, never 3. */
function errorOf(failure: unknown): ResultError {
  if (!(failure instanceof GsysError)) return { code: 'INTERNAL', message: messageOf(failure), exitCode: 1 };
  const { code, message, next, exitCode } = failure;
  return { code, message, ...(next !== undefined && { next }), exitCode: exitCode === 3 ? 1 : exitCode };
}

function failed(bad: Passage[], told: Passage[], left: number): GsysError {
  const sentences = bad.map(({ service, failure }) => `${service.name}: ${failure}`);
  const unproven = told.filter(({ back }) => back?.proven === false);
  const untouched = left > 0 ? [`${left === 1 ? '1 wave was' : `${left} waves were`} not begun`] : [];
  const names = (unproven.length > 0 ? unproven : bad).map(({ service }) => service.name).join(' ');
  return new GsysError('RELEASE_FAILED', [...sentences, ...untouched].join('; '), {
    next: unproven.length > 0 ? `gsys status ${names}` : `gsys logs ${names} --since 15m`,
  });
}

function stoppedInOrder(left: number): GsysError {
  const waves = left === 1 ? '1 wave was' : `${left} waves were`;
  return new GsysError(
    'INTERRUPTED',
    `stopped as asked, after a wave that is done and proved; ${waves} not begun`,
    {
      next: 'gsys deploy --resume',
    },
  );
}

/** Of Ctrl-C and `--timeout`: where that leaves everything. */
function interrupted({ reason }: AbortSignal, passages: Passage[]): GsysError {
  const code = reason instanceof GsysError ? reason.code : 'INTERRUPTED';
  return new GsysError(code, `${messageOf(reason)}; ${stateOf(passages)}`, { next: 'gsys deploy --resume' });
}

function withState(failure: unknown, passages: Passage[]): unknown {
  if (!(failure instanceof GsysError)) return failure;
  const { code, message, next } = failure;
  const resume = passages.some(({ told }) => told) ? 'gsys deploy --resume' : next;
  return new GsysError(code, `${message}; ${stateOf(passages)}`, {
    cause: failure,
    next: code === 'LOCKED' ? 'gsys releases' : resume,
  });
}

function stateOf(passages: Passage[]): string {
  const open = passages.filter(isUnderWay).map(({ service }) => service.name);
  return open.length === 0 ? 'nothing is under way' : `ECS goes on by itself with ${open.join(', ')}`;
}

function isUnderWay({ told, rollout, end, back }: Passage): boolean {
  return (told === true || rollout !== undefined) && back === undefined && end?.outcome !== 'deployed';
}

function serviceResult(passage: Passage): ServiceResult {
  const { move, registered, rollout, end, failure, back, told } = passage;
  const { plan } = move;
  const named = {
    service: plan.service,
    ecsService: plan.ecsService,
    ...(plan.from !== undefined && { from: plan.from }),
    ...(registered !== undefined && { to: registered }),
  };
  const stopped = end?.stopped.slice(-STOPPED_SHOWN) ?? [];
  const shown = stopped.length > 0 && { stopped };
  if (back !== undefined)
    return { ...named, outcome: back.proven ? 'rolled-back' : 'failed', reason: back.reason, ...shown };
  if (failure !== undefined) return { ...named, outcome: 'failed', reason: failure, ...shown };
  if (rollout === undefined && !told) return { ...named, outcome: 'untouched', ...leftRunning(passage) };
  if (end === undefined)
    return { ...named, outcome: 'failed', reason: 'no longer followed; ECS goes on with its rollout' };
  const desired = end.state?.desired ?? passage.service.desired;
  const { imageDigest, definition } = move;
  return {
    ...named,
    outcome: 'deployed',
    taskDefinition: rollout?.taskDefinition ?? '',
    imageDigest,
    ...(definition !== undefined && { definition }),
    desired,
  };
}

/** An unchanged service runs what it should: that is on record, too. */
function leftRunning({ move: { plan, imageDigest, definition }, service }: Passage): Partial<ServiceResult> {
  if (plan.action !== 'unchanged' || plan.from === undefined) return {};
  return {
    ...{ taskDefinition: plan.from, imageDigest, desired: service.desired },
    ...(definition !== undefined && { definition }),
  };
}
