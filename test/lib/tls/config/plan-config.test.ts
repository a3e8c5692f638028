import { expect, it } from 'vitest';
import { embeddedLayout } from '../../../../src/lib/fleet/embedded-layout.ts';
import { nodePlan } from '../../../../src/lib/nats/node-plan.ts';
import {
  ACCOUNTS,
  configTag,
  type NatsServerPlan,
  renderServerConfig,
} from '../../../../src/lib/nats/server-config.ts';
import { planNode } from '../../../../src/lib/tls/config/plan-config.ts';
import { FLEET } from '../../../support/kept/kept.ts';

const { nats: nodes } = embeddedLayout(0, '/state', { shards: 3, replicasPerShard: 1 });
const fleet = {
  name: FLEET,
  services: [],
  nats: { cluster: FLEET, accounts: ACCOUNTS, maxPayload: 1024, streams: [] },
};
const render = (more: Partial<NatsServerPlan> = {}) =>
  renderServerConfig({ ...nodePlan(nodes[0] as never, nodes, fleet), ...more });
const wanted = render();
const reloaded = render({ peers: [] });
const restarted = render({ monitorPort: 1 });

/** @param config that lies there @param loaded by the server; undefined: none runs */
const plan = (config: string | undefined, loaded: string | undefined, restart = false) => {
  const tags = loaded === undefined ? [] : [configTag(loaded) ?? ''];
  const told = loaded === undefined ? undefined : { tags, loadedAt: 'then', startedAt: 'then' };
  const { action, install } = planNode({ node: 'nats-1', config, loaded: told }, wanted, [], restart);
  return { action, install };
};

it.each<[string, ReturnType<typeof plan>, ReturnType<typeof plan>]>([
  ['nothing where all is so', plan(wanted, wanted), { action: 'none', install: false }],
  ['a reload where that does', plan(reloaded, reloaded), { action: 'reload', install: true }],
  ['a restart where a reload does not do', plan(restarted, restarted), { action: 'restart', install: true }],
  [
    'a reload of what lies there and was never loaded',
    plan(wanted, reloaded),
    { action: 'reload', install: false },
  ],
  [
    'the file alone where somebody has changed that',
    plan(restarted, wanted),
    { action: 'reload', install: true },
  ],
  [
    'a restart of what gsys has not rendered',
    plan('port: 4222', 'port: 4222'),
    { action: 'restart', install: true },
  ],
  ['the file where no server runs', plan(restarted, undefined), { action: 'start', install: true }],
  [
    'a start where all is so and no server runs',
    plan(wanted, undefined),
    { action: 'start', install: false },
  ],
  ['a restart where somebody wants one', plan(wanted, wanted, true), { action: 'restart', install: false }],
])('plans %s', (_, planned, expected) => {
  expect(planned).toEqual(expected);
});
