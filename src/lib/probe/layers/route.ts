import { askHttp, wordsOf } from '../http-ask.ts';
import { type Layer, ProbeFault } from '../layer.ts';
import type { GatewayTarget } from '../target.ts';

/** A client's way through: a request, and the answer that its contract promises. */
export const route: Layer<GatewayTarget> = {
  name: 'route',
  async climb({ target, signal }) {
    const { route: way } = target;
    if ('none' in way) return { skipped: way.none };
    const { path, body } = way;
    const answer = await askHttp({
      url: new URL(path, target.url),
      body,
      belongings: target.belongings,
      signal,
    });
    const who = answer.task === undefined ? '' : `, task ${answer.task}`;
    if (answer.status < 200 || answer.status > 299)
      throw new ProbeFault(
        'service-error',
        `${path} answers ${answer.status}: ${wordsOf(answer.body)}${who}`,
      );
    const wrong = way.judge(answer.body);
    if (wrong !== undefined) throw new ProbeFault('mismatch', `${path}: ${wrong}${who}`);
    return { saw: `${path} answers ${answer.status}${who}` };
  },
  meaning(kind, { route: way, ours }, why) {
    const service = 'none' in way ? undefined : way.service;
    const next =
      service === undefined || !ours ? [] : [`gsys probe service ${service}`, 'gsys logs gateway --since 5m'];
    if (kind === 'service-error' && /answers 4\d\d/.test(why)) {
      const means =
        'The gateway is well and refuses this request: there is no such route, or it is not let in like this.';
      return { means, side: 'here', next };
    }
    if (kind === 'service-error') {
      const means = `The gateway is well; ${service ?? 'what stands behind it'} did not answer it, or said that it failed.`;
      return { means, side: 'there', next };
    }
    if (kind === 'mismatch')
      return { means: 'An answer came, and is not the one that service.yaml expects.', side: 'there', next };
    const means = `The gateway is well and gave no answer to this: it waits for ${service ?? 'what stands behind it'}.`;
    return { means, side: 'there', next };
  },
};
