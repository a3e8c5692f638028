import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  DescribeScalingPoliciesCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { DeleteAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DeleteServiceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { describe, expect } from 'vitest';
import { canFilter } from '../../support/abilities.ts';
import { clientsOf, registerCopy, sdkOptions } from '../../support/aws-clients.ts';
import { type FaultCase, faultMatrix, faultsAtOnce, onWellFleet } from '../../support/fault-matrix.ts';
import { fleetUnderTest } from '../../support/fleet-under-test.ts';

/** settings, which stops answering when it is told to, though it is ready and can be found. */
const MUTE_ON_SIGNAL = `import { runService } from '../sdk/run.ts';
import { settingsParts } from './parts.ts';

let mute = false;
process.on('SIGUSR2', () => {
  mute = true;
});
const wrap = (endpoint) => ({
  ...endpoint,
  decode: (data) => {
    const call = endpoint.decode(data);
    return mute ? { ...call, answer: () => new Promise(() => {}) } : call;
  },
});
runService({
  main: import.meta.url,
  endpoints: (context) =>
    Object.fromEntries(
      Object.entries(settingsParts.endpoints(context)).map(([name, endpoint]) => [name, wrap(endpoint)]),
    ),
});
`;
const CONTRACT = 'services/settings/service.yaml';
const MAIN = 'services/settings/main.ts';

const test = fleetUnderTest(['world-state']);
const fleet = test.platform;
onWellFleet(test, () => {
  test.definition.write(MAIN, MUTE_ON_SIGNAL);
});

const CLUSTER = 'gaming-system-cluster';
const update = async (service: string, change: { desiredCount?: number; taskDefinition?: string }) => {
  const { ecs } = await clientsOf(fleet);
  await ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service, ...change }));
};
const runningNow = async (service: string) => {
  const { services } = await fleet.json<{ services: { service: string; taskDefinition: string }[] }>(
    'status',
  );
  return services.find((one) => one.service === service)?.taskDefinition;
};
const silence = async (howMany: number) => {
  const tasks = (await fleet.status()).tasks.filter(({ service }) => service === 'settings');
  for (const { pid } of tasks.slice(0, howMany)) process.kill(pid as number, 'SIGUSR2');
};
const scalable = async () => ({
  client: new ApplicationAutoScalingClient(await sdkOptions(fleet)),
  target: {
    ServiceNamespace: 'ecs' as const,
    ResourceId: `service/${CLUSTER}/http-nats-gateway`,
    ScalableDimension: 'ecs:service:DesiredCount' as const,
  },
});

const TOLD_OTHERWISE: FaultCase[] = [
  {
    fault: 'a service that somebody has scaled to none',
    make: () => update('settings-nats', { desiredCount: 0 }),
    names: ['fail ecs.running/settings'],
    says: /desires 0 tasks, the definition at least 2/,
    code: 1,
  },
  {
    fault: 'a service that runs an old digest',
    async make() {
      const old = await runningNow('world-state');
      const main = 'services/world-state/main.ts';
      const code = readFileSync(path.join(test.definition.root, main), 'utf8');
      test.definition.write(main, `${code}\nconsole.log('a newer one');\n`);
      await test.ship();
      await update('world-state-nats', { taskDefinition: old as string });
    },
    names: ['fail ecs.revision/world-state'],
    says: /2 of 2 tasks run world-state-nats:\d+ with another image/,
    code: 1,
  },
  {
    fault: 'a service that nothing scales any more',
    async make() {
      const { client, target } = await scalable();
      await client.send(new DeregisterScalableTargetCommand(target));
    },
    names: ['warn ecs.scaling/gateway'],
    says: /nothing scales this service/,
    code: 0,
  },
];

const PARTLY: FaultCase[] = [
  {
    fault: 'a service of which one of two instances does not answer',
    make: () => silence(1),
    names: ['fail service.contract/settings'],
    says: /timeout through/,
    code: 1,
  },
  {
    fault: 'a task whose clock is behind',
    make: () => test.inject('clock', 'task/world-state/2', '--offset=-5m'),
    names: ['fail service.clock/world-state'],
    says: /s behind/,
    code: 1,
  },
  {
    fault: 'a service whose scaling lacks its alarm',
    async make() {
      const { client, target } = await scalable();
      const { ScalingPolicies = [] } = await client.send(new DescribeScalingPoliciesCommand(target));
      const [alarm] = ScalingPolicies.flatMap(({ Alarms = [] }) => Alarms.map(({ AlarmName }) => AlarmName));
      const { cloudwatch } = await clientsOf(fleet);
      await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [alarm as string] }));
    },
    names: ['fail ecs.scaling/gateway'],
    says: /alarm/,
    code: 1,
  },
];

const NOT_SERVING: FaultCase[] = [
  {
    fault: 'a service that is ready and does not answer',
    make: () => silence(2),
    names: ['fail service.contract/settings'],
    says: /timeout through/,
    code: 1,
  },
  {
    fault: 'a service that somebody has deleted',
    async make() {
      const { ecs } = await clientsOf(fleet);
      await ecs.send(
        new DeleteServiceCommand({ cluster: CLUSTER, service: 'world-state-nats', force: true }),
      );
    },
    names: ['fail ecs.inventory/world-state'],
    says: /in the cluster/,
    code: 1,
  },
];

const OTHER_CODE: FaultCase[] = [
  {
    fault: 'a service that runs a revision which gsys did not make',
    async make() {
      const { ecs } = await clientsOf(fleet);
      await update('settings-nats', {
        taskDefinition: await registerCopy(ecs, await runningNow('settings')),
      });
    },
    // The copy has neither its tags nor its role.
    names: ['fail ecs.revision/settings', 'warn ecs.drift/settings'],
    says: /2 of 2 tasks run settings-nats:\d+, and not settings-nats:\d+ as release/,
    code: 1,
  },
  {
    // What is subscribed to another one's subject the definition refuses, and to nobody's the permissions.
    fault: 'a service whose image lacks a subject of its contract',
    async make() {
      const right = readFileSync(path.join(test.definition.root, CONTRACT), 'utf8');
      const without = right.replace(/ {2}- name: reset\n( {4}.*\n)+/, '');
      expect(without).not.toBe(right);
      test.definition.write(CONTRACT, without);
      test.definition.write(
        MAIN,
        MUTE_ON_SIGNAL.replace('.map((', ".filter(([name]) => name !== 'reset').map(("),
      );
      try {
        await test.ship();
      } finally {
        test.definition.write(CONTRACT, right);
        test.definition.write(MAIN, MUTE_ON_SIGNAL);
      }
    },
    names: ['fail service.subscriptions/settings'],
    says: /lack svc\.settings\.v1\.reset/,
    code: 1,
  },
];

const ISOLATED: FaultCase = {
  fault: 'a task that is isolated',
  make: () => test.inject('isolate', 'task/settings/1'),
  names: ['fail service.instances/settings'],
  says: /1 of 2 tasks do not answer \$SRV\.PING/,
  code: 1,
};

describe('verify names it, and what it prints heals it: services', () => {
  faultsAtOnce(test, TOLD_OTHERWISE);
  faultsAtOnce(test, PARTLY);
  faultsAtOnce(test, NOT_SERVING);
  faultMatrix(test, [...OTHER_CODE, ...(canFilter ? [ISOLATED] : [])]);
});
