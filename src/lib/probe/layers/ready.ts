import { askHttp, wordsOf } from '../http-ask.ts';
import { type Layer, ProbeFault } from '../layer.ts';
import type { GatewayTarget } from '../target.ts';

/** It says that it can work: connected to NATS, and not draining. */
export const ready: Layer<GatewayTarget> = {
  name: 'ready',
  async climb({ target, signal }) {
    if (target.ready === undefined) return { skipped: 'a path was given, and only that is asked' };
    const url = new URL(target.ready, target.url);
    const { status, body, task } = await askHttp({ url, belongings: target.belongings, signal });
    const who = task === undefined ? '' : `, task ${task}`;
    if (status !== 200)
      throw new ProbeFault('unwell', `${target.ready} answers ${status}: ${wordsOf(body)}${who}`);
    return { saw: `${target.ready} answers 200${who}` };
  },
  meaning(kind, { ours }, why) {
    const next = ours ? ['gsys verify --only "nats.*"', 'gsys logs gateway --since 5m'] : [];
    if (kind === 'unwell' && /answers 404/.test(why))
      return {
        means: 'What answers there has no such path: it is no gateway of ours.',
        side: 'here',
        next: [],
      };
    if (kind === 'unwell') {
      const means =
        'The gateway runs and says that it cannot work: it is starting, draining, or has lost NATS.';
      return { means, side: 'there', next };
    }
    return {
      means: 'It has just answered, and does not any more: another task, or one that is ending.',
      side: 'there',
      next,
    };
  },
};
