import { describe, expect, it } from 'vitest';
import { embeddedLayout } from '../../../../src/lib/fleet/embedded-layout.ts';
import type { NatsNode } from '../../../../src/lib/fleet/fleet.ts';
import type { LiveConnection } from '../../../../src/lib/nats/connections.ts';
import { nodePlan } from '../../../../src/lib/nats/node-plan.ts';
import { configTag, renderServerConfig } from '../../../../src/lib/nats/server-config.ts';
import { obstaclesOf } from '../../../../src/lib/tls/turn-on/obstacles.ts';
import { planTurnOn, type Stand } from '../../../../src/lib/tls/turn-on/plan-turn-on.ts';
import { loadedRung, RUNGS, type Rung, rungOf } from '../../../../src/lib/tls/turn-on/rungs.ts';
import { judgeReadiness } from '../../../../src/lib/tls/turn-on/unready.ts';
import { FLEET } from '../../../support/kept/kept.ts';
import { SETTINGS } from '../../nats/settings.ts';

const { nats: nodes } = embeddedLayout(0, '/state', { shards: 3, replicasPerShard: 1 });
const node = nodes[0] as NatsNode;
const nats = {
  ...{ cluster: FLEET, maxPayload: 1024 * 1024, streams: [] },
  accounts: { fleet: '$G', system: '$SYS' },
};
const fleet = { name: FLEET, services: [SETTINGS], nats };
const render = (encryptedRoutes?: boolean) =>
  renderServerConfig(
    nodePlan(
      node,
      nodes,
      fleet,
      encryptedRoutes === undefined ? undefined : { systemKey: 'U', encryptedRoutes },
    ),
  );
const rendered = { mixed: render(false), routes: render(true), mapped: render() };
const PLAIN = `server_name: nats-1
port: ${node.clientPort}
pid_file: /state/nats/nats-1/nats-server.pid
jetstream { store_dir: /state/nats/nats-1/jetstream }
cluster { name: ${FLEET}, listen: "0.0.0.0:${node.routePort}", routes: [ nats://127.0.0.1:1 nats://127.0.0.1:2 ] }`;

describe('the rung of a node', () => {
  it('shows in its configuration', () => {
    expect(
      ['plain', rendered.mixed, rendered.routes, rendered.mapped].map((text) =>
        rungOf(text === 'plain' ? PLAIN : text),
      ),
    ).toEqual([...RUNGS]);
    expect(['include other', 'tls { cert_file: a }', undefined].map(rungOf)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  const greeting = { plain: {}, mixed: { tls_available: true }, mapped: { tls_required: true } };
  const tags = (text: string) => [configTag(text) ?? ''];
  it.each([
    ['plain', greeting.plain, [], 'plain'],
    ['file changed, not loaded', greeting.plain, [], 'plain'],
    ['mixed', greeting.mixed, tags(rendered.mixed), 'mixed'],
    ['routes', greeting.mixed, tags(rendered.routes), 'routes'],
    ['mapped', greeting.mapped, tags(rendered.mapped), 'mapped'],
    ['mapped, as somebody else did it', greeting.mapped, [], undefined],
    ['mixed, not telling', greeting.mixed, [], undefined],
    ['greeting otherwise than its tag says', greeting.mapped, tags(rendered.mixed), undefined],
  ])('shows in how it greets and what it has loaded: %s', (_, info, told, rung) => {
    expect(loadedRung(info, told, rendered, rendered.mixed)).toBe(rung);
  });
});

describe('the way', () => {
  const stands = (...rungs: (Rung | [Rung, Rung])[]): Stand[] =>
    rungs.map((one, i) => {
      const [loaded, file] = typeof one === 'string' ? [one, one] : one;
      return { node: `n${i + 1}`, loaded, file };
    });
  const way = (all: Stand[], to: Rung) => {
    const plan = planTurnOn(all, to);
    if (Array.isArray(plan)) return plan;
    const steps = plan.steps.map(({ from, to, how, nodes }) => `${from}>${to} ${how} ${nodes.join()}`);
    return plan.putBack.length === 0 ? steps : [...steps, `put back ${plan.putBack.join()}`];
  };
  it.each<[string, Stand[], Rung, string[]]>([
    [
      'all of it',
      stands('plain', 'plain'),
      'mapped',
      ['plain>mixed restart n1,n2', 'mixed>routes reload n1,n2', 'routes>mapped restart n1,n2'],
    ],
    ['what is left of a step', stands('mixed', 'plain'), 'mixed', ['plain>mixed restart n2']],
    ['nothing', stands('mapped', 'mapped'), 'mapped', []],
    [
      'back from the middle of a step',
      stands('mapped', 'routes'),
      'plain',
      ['mapped>routes restart n1', 'routes>mixed reload n1,n2', 'mixed>plain restart n1,n2'],
    ],
    ['back from the middle of the first', stands('mixed', 'plain'), 'plain', ['mixed>plain restart n1']],
    ['a file that was not loaded yet', stands(['plain', 'mixed']), 'mixed', ['plain>mixed restart n1']],
    ['a file that is not to be loaded any more', stands(['plain', 'mixed']), 'plain', ['put back n1']],
    ['two apart', stands('plain', 'mapped'), 'mapped', ['n1 runs as plain, n2 as mapped']],
  ])('%s', (_, all, to, expected) => {
    expect(way(all, to)).toEqual(expected);
  });
  it('is none from a node of which nobody knows', () => {
    expect(way([{ node: 'n1', file: 'plain', loaded: undefined }], 'mapped')).toEqual([
      expect.stringContaining('n1 runs with a configuration'),
    ]);
  });
});

describe('what makes another server of it', () => {
  it('is nothing where the definition says what it is', () => {
    expect(obstaclesOf(node, PLAIN, { nats } as never)).toEqual([]);
  });
  it.each([
    ['another name', PLAIN.replace('nats-1', 'prod-a'), /server_name is prod-a, and nats-1/],
    ['another port', PLAIN.replace(/^port.*$/m, ''), /client port is 4222/],
    ['no pid file', PLAIN.replace(/^pid_file.*$/m, ''), /pid_file is not said/],
    ['another store', PLAIN.replace('/jetstream }', '/elsewhere }'), /store_dir is .*elsewhere/],
    ['users', `${PLAIN}\nauthorization { user: me, password: hush }`, /by password/],
    ['leaf nodes', `${PLAIN}\nleafnodes { port: 1 }`, /it has leafnodes/],
    ['larger messages', `${PLAIN}\nmax_payload: 2000000`, /messages of 2000000/],
    [
      'an account',
      `${PLAIN}\nno_auth_user: x\naccounts { A { users: [ { user: x } ] } }`,
      /account of its clients is A, and \$G/,
    ],
    ['an include', `${PLAIN}\ninclude other.conf`, /not understood/],
  ])('%s', (_, text, why) => {
    const found = obstaclesOf(node, text, { nats } as never);
    expect(found).toEqual([expect.stringMatching(why)]);
    expect(found.join()).not.toContain('hush');
  });
});

describe('whoever would be locked out', () => {
  const holders = new Map([
    ['s', { name: 'settings', kind: 'service' as const }],
    ['n', { name: 'nats-2', kind: 'nats' as const }],
  ]);
  const judge = judgeReadiness(fleet as never, holders);
  const one = (more: Partial<LiveConnection>): LiveConnection => ({
    ...{
      node: 'nats-1',
      cid: 1,
      user: '',
      name: '',
      address: '',
      library: '',
      tls: '1.3',
      start: new Date(0),
    },
    ...{ leaf: 's', chain: [], subscriptions: [], ...more },
  });
  const subscribed = (subject: string, queue = '') => one({ subscriptions: [{ subject, queue }] });
  const [endpoint = { subject: '' }] = SETTINGS.endpoints;
  it.each<[string, LiveConnection, RegExp | undefined]>([
    ['comes with its certificate', one({}), undefined],
    ['hears what it serves', subscribed(endpoint.subject, SETTINGS.queueGroup), undefined],
    ['hears its own inbox', subscribed('_INBOX_settings.a.b'), undefined],
    ['comes without TLS', one({ tls: undefined, leaf: undefined }), /without TLS/],
    ['has an unknown certificate', one({ leaf: 'f00d' }), /f00d is none/],
    ['has a certificate of a node', one({ leaf: 'n' }), /nats-2, which is nobody's user/],
    ['hears an inbox that is not its own', subscribed('_INBOX.a.b'), /may not subscribe _INBOX\.a\.b/],
    ['serves outside of its queue group', subscribed(endpoint.subject), /may not subscribe/],
  ])('%s', (_, connection, why) => {
    const said = judge(connection);
    if (why === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(why);
  });
});
