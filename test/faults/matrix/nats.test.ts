import { readFileSync, writeFileSync } from 'node:fs';
import { describe } from 'vitest';
import { canFilter } from '../../support/abilities.ts';
import { downAgain, type FaultCase, faultMatrix, onWellFleet } from '../../support/fault-matrix.ts';
import { fleetUnderTest } from '../../support/fleet-under-test.ts';
import { natsMachines } from '../../support/nats-machine.ts';
import { askJetStream } from '../../support/nats-state.ts';

const test = fleetUnderTest(['world-state']);
const fleet = test.platform;
onWellFleet(test);

const ALL = ['nats-1', 'nats-2', 'nats-3', 'nats-4', 'nats-5'];
const NODE = 'nats-4';
const { edit, file, reload, spoil } = natsMachines(fleet);

const CUT_OFF: FaultCase[] = [
  {
    fault: 'a node that is stopped',
    make: () => test.inject('kill', `nats/${NODE}`),
    keep: downAgain(test, NODE),
    names: [`fail nats.reach/${NODE}`],
    says: /nobody listens there/,
    code: 1,
  },
  {
    fault: 'a node that is frozen',
    make: () => test.inject('freeze', `nats/${NODE}`),
    names: [`fail nats.reach/${NODE}`],
    says: /timeout: no INFO/,
    code: 1,
  },
  {
    fault: 'a node that does not start, as its configuration is damaged',
    make: () => spoil(NODE, (text) => `${text}\n}`),
    names: [`fail nats.reach/${NODE}`],
    says: /nobody listens there/,
    code: 1,
  },
  {
    // With JetStream it wants routes, and ends without any.
    fault: 'a node that is started without routes',
    make: () => spoil(NODE, (text) => text.replace(/routes: \[[^\]]*\]/, 'routes: []')),
    names: [`fail nats.reach/${NODE}`],
    says: /nobody listens there/,
    code: 1,
  },
];

const ISOLATED: FaultCase = {
  fault: 'a node that is isolated',
  make: () => test.inject('isolate', `nats/${NODE}`),
  names: [`fail nats.reach/${NODE}`],
  says: /timeout: TCP does not connect/,
  code: 1,
};

const MISCONFIGURED: FaultCase[] = [
  {
    fault: 'a node with another cluster name',
    make: () => edit('restart', [NODE], (text) => text.replace('name: "gaming-system"', 'name: "other"')),
    names: [`fail nats.reach/${NODE}`],
    says: /is of cluster other/,
    code: 1,
  },
  {
    fault: 'a node with the name of another one',
    make: () =>
      edit('restart', [NODE], (text) => text.replace(`server_name: "${NODE}"`, 'server_name: "nats-9"')),
    names: [`fail nats.reach/${NODE}`],
    says: /calls itself nats-9/,
    code: 1,
  },
  {
    fault: 'a node whose routes lead nowhere',
    make: () =>
      edit('restart', [NODE], (text) => text.replace(/"tls:\/\/127\.0\.0\.1:\d+"/g, '"tls://127.0.0.1:9"')),
    names: [`warn nats.dials/${NODE}`],
    says: /has dialled none of them/,
    code: 0,
  },
  {
    fault: 'a node without JetStream',
    make: () => edit('restart', [NODE], (text) => text.replace(/^jetstream \{[^}]*\}/m, '')),
    names: [`fail nats.storage/${NODE}`],
    says: /runs without JetStream/,
    code: 1,
  },
  {
    fault: 'a node that allows plaintext',
    make: () => edit('restart', [NODE], (text) => text.replace(/^tls \{/m, 'allow_non_tls: true\ntls {')),
    names: [`fail nats.mtls/${NODE}`],
    says: /does not require TLS/,
    code: 1,
  },
  {
    fault: 'a node that takes routes without a certificate',
    make: () => edit('restart', [NODE], (text) => text.replace('verify: true', 'verify: false')),
    names: [`fail nats.strangers/${NODE}`],
    says: /lets strangers in/,
    code: 1,
  },
  {
    fault: 'a node that has loaded a configuration of somebody else’s',
    make: () => edit('reload', [NODE], (text) => text.replace(/gsys-config:\w+/, 'gsys-config:000000000000')),
    names: [`fail nats.config/${NODE}`],
    says: /has loaded another configuration/,
    code: 1,
  },
  {
    fault: 'a node whose configuration was brought and never reloaded',
    async make() {
      const config = file(NODE, 'nats-server.conf');
      const right = readFileSync(config);
      await edit('reload', [NODE], (text) => text.replace(/gsys-config:\w+/, 'gsys-config:000000000000'));
      writeFileSync(config, right);
    },
    names: [`fail nats.config/${NODE}`],
    says: /has loaded another configuration/,
    code: 1,
  },
  {
    fault: 'a node that serves the certificate from before the last rotation',
    async make() {
      const names = ['cert', 'key', 'ca'].map((name) => file(NODE, 'tls', `${name}.pem`));
      const old = names.map((name) => readFileSync(name));
      await fleet.must('tls', 'rotate', 'leaf', NODE, '--yes');
      names.forEach((name, i) => {
        writeFileSync(name, old[i] as Buffer);
      });
      await reload(NODE);
    },
    names: [`warn nats.issued/${NODE}`],
    says: /serves an older certificate/,
    code: 0,
  },
];

const PERMISSIONS: FaultCase[] = [
  {
    fault: 'a node where the operator may do what he should not',
    make: () =>
      edit('reload', [NODE], (text) =>
        text.replace('allow: ["svc.>", ', 'allow: ["_INBOX_gateway.>", "svc.>", '),
      ),
    names: [`fail nats.permissions/${NODE}`],
    says: /the operator may publish _INBOX_gateway/,
    code: 1,
  },
  {
    fault: 'a service that lacks a permission',
    make: () => edit('reload', ALL, (text) => text.replaceAll('"svc.settings.v1.get q.settings", ', '')),
    names: ['fail service.subscriptions/settings'],
    says: /lack svc\.settings\.v1\.get/,
    code: 1,
  },
];

const STREAMS: FaultCase[] = [
  {
    fault: 'a stream that somebody has deleted',
    make: () => askJetStream(fleet, (manager) => manager.streams.delete('DLQ')),
    names: ['fail nats.streams/DLQ'],
    says: /is not there/,
    code: 1,
  },
  {
    fault: 'a stream that somebody has left one replica',
    make: () => askJetStream(fleet, (manager) => manager.streams.update('DLQ', { num_replicas: 1 })),
    names: ['fail nats.streams/DLQ'],
    says: /is not as defined/,
    code: 1,
  },
];

describe('verify names it, and what it prints heals it: NATS', () => {
  faultMatrix(test, [
    ...CUT_OFF,
    ...(canFilter ? [ISOLATED] : []),
    ...MISCONFIGURED,
    ...PERMISSIONS,
    ...STREAMS,
  ]);
});
