import { waitFor } from '../../nats/protocol.ts';
import { type Layer, ProbeFault, wireOf } from '../layer.ts';
import type { ServiceTarget } from '../target.ts';
import { heard } from './subject.ts';

/** It answers, in time and as its contract says. Its time counts from when the request was sent. */
export const reply: Layer<ServiceTarget> = {
  name: 'reply',
  belongs: { permission: 'permission', 'no-responders': 'subject' },
  patience: ({ question }) => question.timeout,
  async climb(visit) {
    const { question } = visit.target;
    if (visit.reply === undefined)
      await waitFor(wireOf(visit), 'answer', (item) => {
        heard(item, visit);
        return visit.reply !== undefined;
      });
    if (visit.reply === undefined) throw new Error('an answer was waited for, and is not there');
    const { message, ms } = visit.reply;
    const { outcome, why } = question.judge(message);
    if (outcome !== 'ok') throw new ProbeFault(outcome, why);
    const what =
      question.response === undefined ? `${message.data.length} bytes` : `a good ${question.response}`;
    return { saw: what, ms };
  },
  meaning(kind, { question: { service, response, timeout } }) {
    const logs = service === undefined ? [] : [`gsys logs ${service} --since 5m`];
    if (kind === 'timeout') {
      const means = `Timeout: somebody subscribes and gave no answer within ${timeout} ms: it is stuck, frozen or overloaded, or may not answer (its permissions).`;
      return { means, side: 'there', next: [...logs, ...(service ? [`gsys restart ${service}`] : [])] };
    }
    if (kind === 'service-error') {
      const means =
        'Service error: the request arrived, was understood, and the service says that it failed. The way there is sound.';
      return { means, side: 'there', next: logs };
    }
    if (kind === 'decode') {
      const means = `Decode error: it answered with bytes that are no ${response}: another version of the contract runs there, or somebody else answers this subject.`;
      return { means, side: 'there', next: service ? ['gsys status', `gsys plan ${service}`] : [] };
    }
    if (kind === 'mismatch') {
      const means = `It answered in its contract's words, and something else than its service.yaml expects.`;
      return { means, side: 'there', next: [...logs, ...(service ? [`gsys plan ${service}`] : [])] };
    }
    return { means: 'The connection ended while the answer was waited for.', side: 'between', next: [] };
  },
};
