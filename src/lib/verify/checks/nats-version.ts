import { couldNotBeAsked, defineCheck, type Judgement } from '../check.ts';
import type { SystemEvidence } from '../collectors/nats-system.ts';
import { natsSubject, natsSubjects } from '../subjects.ts';

export const natsVersion = defineCheck({
  id: 'nats.version',
  title: 'versions',
  layer: 'nats',
  uses: ['nats-system'],
  dependsOn: ['nats.reach', 'nats.mtls'],
  explain:
    'All nodes run the nats-server version that most of them run: another one is a warning, an upgrade that stopped half-way. Which version would be the right one is not in the definition, so a fleet that is old as a whole passes.',
  subjects: natsSubjects,
  judge: ({ 'nats-system': nodes }) => {
    const usual = mostCommon(nodes.flatMap(({ answer }) => (answer.ok ? [answer.value.varz.version] : [])));
    return nodes.map((node) => judgeOne(node, usual));
  },
});

function judgeOne({ node, answer }: SystemEvidence, usual: string | undefined): Judgement {
  const common = { subject: natsSubject({ name: node }), expected: usual ?? 'one version' };
  if (!answer.ok) return couldNotBeAsked(common, answer);
  const { version } = answer.value.varz;
  const told = { ...common, observed: version };
  return version === usual
    ? { ...told, status: 'pass', message: `runs ${version}` }
    : { ...told, status: 'warn', message: `runs ${version}, most others ${usual}` };
}

/** Of two that are as common, the later one: an upgrade goes on, and does not go back. */
function mostCommon(versions: string[]): string | undefined {
  const count = (version: string) => versions.filter((other) => other === version).length;
  const later = (a: string, b: string) => b.localeCompare(a, 'en', { numeric: true });
  return [...new Set(versions)].sort((a, b) => count(b) - count(a) || later(a, b))[0];
}
