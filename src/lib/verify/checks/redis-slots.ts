import type { RedisView } from '../../redis/cluster.ts';
import { couldNotBeAsked, defineCheck, type Judgement } from '../check.ts';
import type { RedisEvidence } from '../collectors/redis-nodes.ts';
import { localRemedy } from '../local-remedy.ts';
import { commonSlotMap, failedNodes, slotMap } from '../redis-views.ts';
import { redisSubject, redisSubjects } from '../subjects.ts';

const SLOTS = 16_384;

export const redisSlots = defineCheck({
  id: 'redis.slots',
  title: 'slots',
  layer: 'redis',
  uses: ['redis-nodes'],
  dependsOn: ['redis.reach'],
  explain:
    'Every node, each by its own view, says that the cluster is ok, that all 16384 slots are served and none is failing or being moved; and all have the same map of slots. Views differ exactly when something is wrong.',
  subjects: redisSubjects,
  judge: ({ 'redis-nodes': { nodes } }, { environment }) => {
    const blames = failedNodes(nodes);
    const map = commonSlotMap(nodes);
    return nodes.map((entry) => ({ ...judgeOne(entry, map, localRemedy(environment)), blames }));
  },
});

function judgeOne(
  { node, answer }: RedisEvidence['nodes'][number],
  map: string,
  remedy: Pick<Judgement, 'remedy'>,
): Judgement {
  const common = { subject: redisSubject(node), expected: { state: 'ok', slotsOk: SLOTS } };
  if (!answer.ok) return couldNotBeAsked(common, answer);
  const { info } = answer.value;
  const wrong = faults(answer.value, map);
  return wrong.length > 0
    ? { ...common, status: 'fail', message: wrong.join(', '), observed: info, ...remedy }
    : { ...common, status: 'pass', message: `ok, ${SLOTS} slots served`, observed: info };
}

function faults(view: RedisView, map: string): string[] {
  const { info, nodes } = view;
  const moving = nodes.flatMap(({ migrating }) => migrating);
  return [
    ...(info.state === 'ok' ? [] : [`cluster_state is ${info.state}`]),
    ...(info.slotsAssigned === SLOTS ? [] : [`${info.slotsAssigned} of ${SLOTS} slots are assigned`]),
    ...(info.slotsOk === SLOTS ? [] : [`${info.slotsOk} of ${SLOTS} slots are served`]),
    ...(info.slotsPfail === 0 ? [] : [`${info.slotsPfail} slots may be failing`]),
    ...(info.slotsFail === 0 ? [] : [`${info.slotsFail} slots have failed`]),
    ...(moving.length === 0 ? [] : [`slots are being moved: ${moving.join(' ')}`]),
    ...(slotMap(view) === map ? [] : ['has another map of slots than the others']),
  ];
}
