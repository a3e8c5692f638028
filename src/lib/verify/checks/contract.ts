import type { Service } from '../../fleet/fleet.ts';
import type { ContractEvidence } from '../../probe/contract.ts';
import { defineCheck, type Judgement } from '../check.ts';
import { serviceSubject, serviceSubjects } from '../subjects.ts';
import { isScaledToNone } from '../tasks-of.ts';

export const contract = defineCheck({
  id: 'service.contract',
  title: 'contract',
  layer: 'service',
  uses: ['contracts', 'services'],
  dependsOn: [
    'ecs.inventory',
    'ecs.running',
    'ecs.health',
    'service.instances',
    'service.subscriptions',
    'nats.reach',
  ],
  explain:
    'The service’s probe, a request without side effects, is answered through every NATS node with what service.yaml expects, and every instance has served one: $SRV.STATS counts that. No bytes are a message whose every field is its default.',
  subjects: serviceSubjects,
  judge: ({ contracts, services }, fleet) =>
    fleet.services.map((service) =>
      judgeOne(
        service,
        contracts.find((entry) => entry.service === service.name),
        isScaledToNone(services, service),
      ),
    ),
});

function judgeOne(
  service: Service,
  evidence: ContractEvidence | undefined,
  scaledToNone: boolean,
): Judgement {
  const subject = serviceSubject(service);
  const expected = service.probe?.expect;
  if (service.probe === undefined) {
    const message =
      service.kind === 'gateway' ? 'is asked over HTTP: see gateway.route' : 'its service.yaml has no probe';
    return { subject, status: 'skip', message, expected: null, observed: null };
  }
  if (scaledToNone && (evidence?.instances.length ?? 0) === 0)
    return { subject, status: 'skip', message: 'is scaled to none', expected, observed: null };
  if (evidence === undefined)
    return { subject, status: 'unknown', message: 'was not probed', expected, observed: null };
  const { replies, instances } = evidence;
  const common = { subject, expected, observed: { replies: tally(evidence), instances } };
  const bad = replies.filter(({ outcome }) => outcome !== 'ok');
  const [worst] = bad;
  if (worst !== undefined) {
    const message = `${bad.length} of ${replies.length} probes failed: ${worst.outcome} through ${worst.through}: ${worst.why}`;
    return {
      ...common,
      status: 'fail',
      message,
      remedy: remedyFor(worst.outcome, service),
      blames: badNodes(replies),
    };
  }
  if (replies.length === 0) return { ...common, status: 'unknown', message: 'no probe was sent' };
  const unproved = instances.filter(({ served }) => served === 0);
  if (instances.length === 0)
    return {
      ...common,
      status: 'unknown',
      message: 'probes are answered by somebody who is not in $SRV.STATS',
    };
  if (unproved.length > 0) {
    const names = unproved.map(({ taskArn, id }) => taskArn?.split('/').at(-1) ?? id).join(', ');
    const message = `${replies.length} probes are answered, none of them by ${names}`;
    return { ...common, status: 'unknown', message };
  }
  return {
    ...common,
    status: 'pass',
    message: `answered by ${instances.length} of ${instances.length} instances`,
  };
}

/** Nodes through which it is not answered, where it is through others: they may be cut off from it. */
function badNodes(replies: ContractEvidence['replies']): string[] {
  const bad = new Set(replies.flatMap(({ outcome, through }) => (outcome === 'ok' ? [] : [through])));
  return replies.every(({ through }) => bad.has(through)) ? [] : [...bad];
}

/** Where somebody does not answer at all, a task that is new may; what is answered wrong is in the logs. */
function remedyFor(outcome: string, { name }: Service): string[] {
  return [`gsys logs ${name}`, ...(outcome === 'timeout' ? [`gsys restart ${name}`] : [])];
}

/** `{"ok through nats-1": 2}` */
function tally({ replies }: ContractEvidence): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome, through } of replies) {
    const key = `${outcome} through ${through}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
