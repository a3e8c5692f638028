import { expect, it } from 'vitest';
import { type ClusterView, clusterTroubles } from '../../../../src/lib/tls/config/whole-cluster.ts';

const NODES = ['a', 'b', 'c'];
const replica = (name: string, more = {}) => ({ name, current: true, active: 1e6, lag: 0, ...more });

/** Three nodes, led by a, with a stream that a leads too. */
function whole(twist: (views: Told[]) => void = () => {}): ClusterView[] {
  const views = NODES.map((node) => {
    const others = NODES.filter((other) => other !== node);
    const replicas = node === 'a' ? others.map((name) => replica(name)) : [];
    const cluster = { leader: 'a', replicas: others.map((name) => replica(name)) };
    return {
      node,
      told: {
        varz: { server_id: `id-${node}` },
        routez: { routes: others.map((other) => ({ remote_id: `id-${other}` })) },
        jsz: {
          meta_cluster: { leader: 'a', cluster_size: 3, replicas },
          account_details: [{ name: 'FLEET', stream_detail: [{ config: { name: 'S' }, cluster }] }],
        },
      },
    };
  });
  twist(views as never);
  return views as never;
}
type Told = { told: NonNullable<ClusterView['told']> };

it('is whole where every node has routes to all others, and everything is current', () => {
  expect(clusterTroubles(whole())).toEqual([]);
});

it.each<[string, (views: Told[]) => void, string]>([
  [
    'a node that does not answer',
    (views) => Object.assign(views[1] as object, { told: undefined, fault: 'gone' }),
    'b does not answer: gone',
  ],
  ['a route in one direction', ([, b]) => void b?.told.routez.routes?.shift(), 'b has no route to a'],
  [
    'two leaders',
    ([, b]) => Object.assign(b?.told.jsz.meta_cluster ?? {}, { leader: 'b' }),
    'JetStream has no leader that all nodes know',
  ],
  [
    'a node behind',
    ([a]) => Object.assign(a?.told.jsz.meta_cluster?.replicas?.[1] ?? {}, { current: false }),
    'JetStream on c is not current, says a',
  ],
  [
    'a stream behind',
    ([a]) =>
      Object.assign(a?.told.jsz.account_details?.[0]?.stream_detail?.[0]?.cluster?.replicas?.[0] ?? {}, {
        lag: 500,
      }),
    'stream S is not current on b',
  ],
  [
    'a stream that nobody leads',
    (views) => {
      for (const { told } of views)
        Object.assign(told.jsz.account_details?.[0]?.stream_detail?.[0]?.cluster ?? {}, { leader: '' });
    },
    'stream S has no leader',
  ],
])('is not with %s', (_, twist, trouble) => {
  expect(clusterTroubles(whole(twist))).toContain(trouble);
});
