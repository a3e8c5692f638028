import { recogniseFault } from '../../connection-fault.ts';
import { askHttp } from '../http-ask.ts';
import { type Layer, ProbeFault, wireOf } from '../layer.ts';
import type { GatewayTarget } from '../target.ts';

/** HTTP is spoken, by somebody who is no load balancer with nobody behind it. */
export const http: Layer<GatewayTarget> = {
  name: 'http',
  belongs: { 'tls-identity': 'tls' },
  async climb(visit) {
    const { target, signal } = visit;
    const url = new URL(target.ready ?? ('path' in target.route ? target.route.path : '/'), target.url);
    const socket = wireOf(visit).handOver();
    try {
      const { status, task, server } = await askHttp({ url, socket, belongings: target.belongings, signal });
      // A balancer's own: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
      if (task === undefined && [502, 503, 504].includes(status))
        throw new ProbeFault('unwell', `answers ${status} by itself${server ? `, as ${server}` : ''}`);
      return { saw: `answers ${status}${task === undefined ? '' : `, task ${task}`}` };
    } catch (error) {
      if ((error as { code?: string }).code?.startsWith('HPE_'))
        throw new ProbeFault(
          'protocol',
          `what it says is no HTTP (${(error as { code?: string }).code})`,
          error,
        );
      throw error instanceof ProbeFault ? error : recogniseFault(error);
    }
  },
  meaning(kind, { ours, url }) {
    const logs = ours ? ['gsys status', 'gsys logs gateway --since 5m'] : [];
    if (kind === 'unwell') {
      const means =
        'Whoever stands before the gateway answers in its place: no task behind it is ready, or none answers in time.';
      return { means, side: 'there', next: logs };
    }
    if (kind === 'protocol') {
      const other = url.protocol === 'https:' ? 'http' : 'https';
      const means = `What listens there does not speak HTTP like this; it may want ${other}.`;
      return { means, side: 'here', next: [] };
    }
    if (kind === 'timeout') {
      const means =
        'It takes connections and answers none: it is frozen or overloaded, or waits for something behind it.';
      return { means, side: 'there', next: logs };
    }
    const means =
      url.protocol === 'http:'
        ? 'It closed the connection instead of answering: nobody is behind it, or it wants https.'
        : 'It closed the connection instead of answering.';
    return { means, side: 'there', next: logs };
  },
};
