import type { Fleet } from '../../fleet/fleet.ts';
import { isInStep } from '../../nats/replicas.ts';
import type { Jsz } from '../../nats/system.ts';
import { defineCheck, type Judgement } from '../check.ts';
import { natsClusterSubject } from '../subjects.ts';

export const natsMeta = defineCheck({
  id: 'nats.meta',
  title: 'JetStream meta group',
  layer: 'nats',
  uses: ['nats-system'],
  dependsOn: ['nats.reach', 'nats.mtls', 'nats.mesh', 'nats.storage'],
  explain:
    'All nodes name the same JetStream leader and the full size, and the leader, who alone knows, has every replica current, heard within 5 s and less than 200 operations behind. Otherwise each island may have a JetStream of its own.',
  subjects: (fleet) => [natsClusterSubject(fleet)],
  judge: ({ 'nats-system': nodes }, fleet) => {
    const names = fleet.environment.nats.nodes.map(({ name }) => name);
    const views = nodes.map(({ node, answer }) => ({
      node,
      meta: answer.ok ? answer.value.jsz.meta_cluster : undefined,
    }));
    const silent = nodes.filter(({ answer }) => !answer.ok).map(({ node }) => node);
    return [judgeGroup(fleet, names, views, silent)];
  },
});

type Meta = Jsz['meta_cluster'];

function judgeGroup(
  fleet: Fleet,
  names: string[],
  views: { node: string; meta: Meta }[],
  silent: string[],
): Judgement {
  const leaders = [...new Set(views.flatMap(({ meta }) => (meta?.leader ? [meta.leader] : [])))];
  const [leader] = leaders;
  const lead = views.find(({ node }) => node === leader)?.meta;
  const common = {
    subject: natsClusterSubject(fleet),
    expected: { leader: 'one', size: names.length, current: names.length - 1 },
    observed: {
      leaders,
      sizes: Object.fromEntries(views.map(({ node, meta }) => [node, meta?.cluster_size ?? null])),
      replicas: lead?.replicas ?? [],
    },
  };
  const say = (status: Judgement['status'], message: string, blames: string[] = silent): Judgement => ({
    ...common,
    status,
    message,
    blames,
  });
  if (silent.length === views.length) return say('unknown', 'no node could be asked');
  const without = views
    .filter(({ node, meta }) => !silent.includes(node) && !meta?.leader)
    .map(({ node }) => node);
  if (leader === undefined) return say('fail', 'has no leader');
  if (without.length > 0)
    return say('fail', `${without.join(', ')} knows no leader`, [...without, ...silent]);
  if (leaders.length > 1) return say('fail', `has ${leaders.length} leaders: ${leaders.join(', ')}`);
  const small = views.filter(({ meta }) => meta !== undefined && meta.cluster_size !== names.length);
  if (small.length > 0)
    return say('fail', `${small[0]?.node} counts ${small[0]?.meta?.cluster_size} nodes of ${names.length}`);
  if (lead === undefined) return say('unknown', `its leader ${leader} could not be asked`, [leader]);
  const late = lagging(lead, names, leader);
  if (late.length > 0)
    return say('fail', `leader ${leader} says that ${late.join(', ')} is not current`, [...late, ...silent]);
  if (silent.length > 0) return say('unknown', `${silent.join(', ')} could not be asked who leads`);
  return say('pass', `leader ${leader}, ${names.length - 1} replicas current`);
}

function lagging(lead: NonNullable<Meta>, names: string[], leader: string): string[] {
  const good = (lead.replicas ?? []).filter(isInStep);
  return names.filter((name) => name !== leader && !good.some((replica) => replica.name === name));
}
