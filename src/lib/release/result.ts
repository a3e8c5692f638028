import { GsysError, messageOf } from '../errors.ts';
import type { ResultError, ResultStep, ServiceResult } from './events.ts';
import type { WaveItem } from './wave.ts';

/** Stopped tasks that a result carries for each service: the last ones tell most. */
const STOPPED_SHOWN = 3;

/** How a release ended, for each service that was asked for. Pure. */
export function resultOf(
  items: WaveItem[],
  end: Pick<ResultStep, 'outcome' | 'reason' | 'error'>,
): ResultStep {
  return { type: 'result', ...end, services: items.map(serviceResult) };
}

/** How a release ended whose wave was started. @param failure what was thrown meanwhile, if anything */
export function endOf(items: WaveItem[], failure: unknown, signal: AbortSignal | undefined) {
  if (signal?.aborted) return { outcome: 'interrupted' as const, error: errorOf(interrupted(signal, items)) };
  if (failure !== undefined) return { outcome: 'failed' as const, error: errorOf(failure) };
  const bad = items.filter(({ end }) => end !== undefined && end.outcome !== 'deployed');
  if (bad.length === 0) return { outcome: 'succeeded' as const };
  const outcome = bad.some(({ end }) => end?.outcome === 'failed')
    ? ('failed' as const)
    : ('rolled-back' as const);
  const sentences = bad.map(({ plan, end }) => `${plan.service} ${end?.outcome}: ${end?.reason}`);
  const next = `gsys logs ${bad.map(({ plan }) => plan.service).join(' ')} --since 15m`;
  return { outcome, error: errorOf(new GsysError('RELEASE_FAILED', sentences.join('; '), { next })) };
}

/** How a release ended that did not come to its first wave. */
export function refusalOf(failure: unknown, signal: AbortSignal | undefined) {
  if (signal?.aborted) return { outcome: 'interrupted' as const, error: errorOf(signal.reason) };
  const refused = failure instanceof GsysError && ['NOT_CONFIRMED', 'LOCKED'].includes(failure.code);
  return { outcome: refused ? ('refused' as const) : ('failed' as const), error: errorOf(failure) };
}

/** A release that could not find out how it went has failed: exit 1, never 3. */
function errorOf(failure: unknown): ResultError {
  if (!(failure instanceof GsysError)) return { code: 'INTERNAL', message: messageOf(failure), exitCode: 1 };
  const { code, message, next, exitCode } = failure;
  return { code, message, ...(next !== undefined && { next }), exitCode: exitCode === 3 ? 1 : exitCode };
}

function interrupted(signal: AbortSignal, items: WaveItem[]): GsysError {
  const { reason } = signal;
  const left = items.filter(({ rollout, end }) => rollout !== undefined && end === undefined);
  const names = left.map(({ plan }) => plan.service).join(', ');
  const state = names === '' ? 'nothing is under way' : `ECS goes on rolling out ${names}`;
  const code = reason instanceof GsysError ? reason.code : 'INTERRUPTED';
  return new GsysError(code, `${messageOf(reason)}; ${state}`, { next: 'gsys status, then: gsys deploy' });
}

function serviceResult(item: WaveItem): ServiceResult {
  const { facts, plan, registered, rollout, end } = item;
  const named = {
    service: plan.service,
    ecsService: plan.ecsService,
    ...(plan.from !== undefined && { from: plan.from }),
    ...(registered !== undefined && { to: registered }),
  };
  if (rollout === undefined) return { ...named, outcome: 'untouched', ...leftRunning(item) };
  if (end === undefined)
    return { ...named, outcome: 'failed', reason: 'no longer followed; ECS goes on with its rollout' };
  if (end.outcome === 'deployed') {
    const desired = end.state?.desired ?? facts.service.desired;
    return {
      ...named,
      outcome: 'deployed',
      taskDefinition: rollout.taskDefinition,
      imageDigest: facts.imageDigest,
      desired,
    };
  }
  const stopped = end.stopped.slice(-STOPPED_SHOWN);
  return { ...named, outcome: end.outcome, reason: end.reason, ...(stopped.length > 0 && { stopped }) };
}

/** An unchanged service runs what it should: that is on record, too. */
function leftRunning({ facts, plan }: WaveItem): Partial<ServiceResult> {
  if (plan.action !== 'unchanged' || facts.state === undefined) return {};
  const { taskDefinition, desired } = facts.state;
  return { taskDefinition, imageDigest: facts.imageDigest, desired };
}
