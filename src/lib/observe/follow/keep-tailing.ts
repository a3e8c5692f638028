import { awsErrorName } from '../../aws/errors.ts';
import { LIVE_TAIL, type TailNews, type TailRequest } from '../../aws/live-tail.ts';
import { messageOf } from '../../errors.ts';
import { pause } from '../../pause.ts';
import type { FollowContext } from './sources.ts';
import type { Target } from './target.ts';

/** Milliseconds before a session that ended is followed by another: the first time, and at most. */
const RETRY = { first: 250, most: 30_000 };
/** Where Live Tail does not serve, or not us. */
const REFUSED = 300_000;

export interface Tailing {
  /** Resolves once there is a session, or none yet. */
  settled: Promise<void>;
  /** Rejects with the signal's reason. */
  ended: Promise<never>;
}

/** Keeps one Live Tail session over at most ten groups, for as long as the follow lasts. */
export function keepTailing(targets: Target[], context: FollowContext): Tailing {
  let settle = () => {};
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { settled, ended: tailOn(targets, context, settle) };
}

async function tailOn(targets: Target[], context: FollowContext, settle: () => void): Promise<never> {
  let wait = RETRY.first;
  let said: string | undefined;
  for (;;) {
    const shown = targets.filter(({ exists }) => exists);
    try {
      if (shown.length > 0)
        for await (const news of context.sources.tail(requestOf(shown))) {
          hear(news, shown, context);
          settle();
          if (said !== undefined) context.note('Live Tail shows everything again');
          said = undefined;
          wait = RETRY.first;
        }
    } catch (error) {
      context.signal.throwIfAborted();
      if (awsErrorName(error) !== 'ResourceNotFoundException') {
        const why = `${messageOf(error)}: reading by FilterLogEvents instead`;
        if (said === undefined) context.note(why);
        said = why;
        if (isRefusal(error)) wait = REFUSED;
      }
    }
    for (const { coverage } of shown) coverage.liveEnded();
    settle();
    await pause(wait, context.signal);
    wait = Math.max(wait, Math.min(wait * 2, RETRY.most));
  }
}

function hear(news: TailNews, targets: Target[], { sources, mark, isFull }: FollowContext): void {
  const now = sources.now();
  if (news.type === 'started') {
    for (const { coverage } of targets) coverage.liveStarted(now);
    return;
  }
  if (isFull()) {
    // Kept by CloudWatch, not here: the gap is read when there is room.
    for (const { coverage } of targets) coverage.liveEnded();
    return;
  }
  const wasComplete = targets.every(({ coverage }) => coverage.isComplete);
  for (const target of targets) {
    const own = news.events.filter(({ group }) => group === target.group);
    target.show(target.coverage.update(own, news.sampled, now));
  }
  if (wasComplete && news.sampled)
    mark('sampled by CloudWatch from here on: the rest is read by FilterLogEvents');
  else if (!wasComplete && targets.every(({ coverage }) => coverage.isComplete))
    mark('no longer sampled by CloudWatch');
}

/** A single group can be narrowed to streams; of several, all is shown. */
function requestOf(targets: Target[]): TailRequest {
  const groups = targets.map(({ group }) => group);
  const [only] = targets;
  const prefixes = only?.services.map(({ ecsService }) => `${ecsService}/`) ?? [];
  return targets.length === 1 && prefixes.length <= LIVE_TAIL.prefixes ? { groups, prefixes } : { groups };
}

/** No emulator but ours has it, an identity may lack it, and an account has fifteen sessions. */
function isRefusal(error: unknown): boolean {
  const name = awsErrorName(error);
  return (
    name !== undefined &&
    !/Throttl|InternalServer|ServiceUnavailable|SessionTimeout|SessionStreaming/.test(name)
  );
}
