import type { Jsz } from '../../nats/system.ts';
import { couldNotBeAsked, defineCheck, type Judgement } from '../check.ts';
import type { SystemEvidence } from '../collectors/nats-system.ts';
import { natsSubject, natsSubjects } from '../subjects.ts';

/** Shares of what JetStream may use on a node. */
const WARN = 0.75;
const FAIL = 0.9;

export const natsStorage = defineCheck({
  id: 'nats.storage',
  title: 'JetStream and its room',
  layer: 'nats',
  uses: ['nats-system'],
  dependsOn: ['nats.reach', 'nats.mtls'],
  explain:
    'JetStream runs on every node and has room: three quarters of the files or of the memory that it may use are a warning, nine tenths a failure, because a node without room refuses writes or gives JetStream up. What it may use is configuration: a file system that is smaller than that is full sooner, and nothing here sees it before a write fails.',
  subjects: natsSubjects,
  judge: ({ 'nats-system': nodes }) => nodes.map(judgeOne),
});

function judgeOne({ node, answer }: SystemEvidence): Judgement {
  const common = {
    subject: natsSubject({ name: node }),
    expected: { jetstream: 'on', used: `less than ${percent(WARN)}` },
  };
  if (!answer.ok) return couldNotBeAsked(common, answer);
  const { jsz } = answer.value;
  const uses = usesOf(jsz);
  if (jsz.disabled || uses.length === 0) {
    const message = 'runs without JetStream: it keeps nothing, and replicas that it had are lost';
    return { ...common, status: 'fail', message, observed: 'off', remedy: [`gsys tls apply-config ${node}`] };
  }
  const observed = Object.fromEntries(uses.map(({ what, used, of }) => [what, { used, of }]));
  const fullest = uses.toSorted((a, b) => b.share - a.share)[0] as Use;
  const { what, share } = fullest;
  const status = share >= FAIL ? 'fail' : share >= WARN ? 'warn' : 'pass';
  const message =
    status === 'pass'
      ? `JetStream is on, ${uses.map((use) => `${percent(use.share)} of its ${use.what}`).join(', ')} used`
      : `JetStream has used ${percent(share)} of its ${what}`;
  return { ...common, status, message, observed };
}

interface Use {
  what: 'files' | 'memory';
  used: number;
  of: number;
  share: number;
}

/** None where there is no limit to tell a share of: JetStream is off. */
function usesOf({ config, storage = 0, memory = 0 }: Jsz): Use[] {
  const use = (what: Use['what'], used: number, of: number): Use[] =>
    of > 0 ? [{ what, used, of, share: used / of }] : [];
  return [
    ...use('files', storage, config?.max_storage ?? 0),
    ...use('memory', memory, config?.max_memory ?? 0),
  ];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
