import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  DisableAlarmActionsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmInput,
} from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { UpdateClusterSettingsCommand } from '@aws-sdk/client-ecs';
import {
  DeleteTopicCommand,
  ListSubscriptionsCommand,
  ListTopicsCommand,
  SNSClient,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { describe } from 'vitest';
import { parse } from 'yaml';
import { clientsOf, sdkOptions } from '../../support/aws-clients.ts';
import { type FaultCase, faultMatrix, faultsAtOnce, onWellFleet } from '../../support/fault-matrix.ts';
import { fleetUnderTest } from '../../support/fleet-under-test.ts';

/** world-state, which keeps its processor busy while it is told to. */
const BUSY_ON_SIGNAL = `
let busy = false;
process.on('SIGUSR2', () => {
  busy = !busy;
});
setInterval(() => {
  for (const end = performance.now() + 80; busy && performance.now() < end; );
}, 100).unref();
`;
/** An idle task uses less than a hundredth of what it reserves; the shortest windows there are. */
const WINDOW = { period: 10, evaluationPeriods: 1 };
const ALARMS = { cpu: 20, memory: 80, ...WINDOW, tasks: { period: 60, evaluationPeriods: 3 } };

const test = fleetUnderTest(['world-state']);
const fleet = test.platform;
const { definition } = test;
const textOf = (file: string) => readFileSync(path.join(definition.root, file), 'utf8');
onWellFleet(test, () => {
  const main = 'services/world-state/main.ts';
  definition.write(main, textOf(main) + BUSY_ON_SIGNAL);
  const document = parse(textOf('gsys.yaml'));
  Object.assign(document.defaults, { alarms: ALARMS });
  definition.write('gsys.yaml', document);
});

const CPU = 'gaming-system-settings-nats-high-cpu';
const MEMORY = 'gaming-system-settings-nats-high-memory';
const PAGING = 'gaming-system-settings-nats-paging';
const GATEWAY = {
  cpu: 'gaming-system-http-nats-gateway-high-cpu',
  paging: 'gaming-system-http-nats-gateway-paging',
};
const WORLD_CPU = 'gaming-system-world-state-nats-high-cpu';
const GROUP = '/ecs/gaming-system-nats';

const found = async (name: string) => {
  const { cloudwatch } = await clientsOf(fleet);
  const types = ['MetricAlarm' as const, 'CompositeAlarm' as const];
  const answer = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: types }));
  return { cloudwatch, metric: answer.MetricAlarms?.[0], composite: answer.CompositeAlarms?.[0] };
};
/** Puts what is there once more, with something changed. */
const putAgain = async (name: string, change: Partial<PutMetricAlarmInput>) => {
  const { cloudwatch, metric } = await found(name);
  await cloudwatch.send(new PutMetricAlarmCommand({ ...(metric as PutMetricAlarmInput), ...change }));
};
const topicArn = async () => {
  const sns = new SNSClient(await sdkOptions(fleet));
  const { Topics = [] } = await sns.send(new ListTopicsCommand({}));
  return { sns, arn: Topics[0]?.TopicArn as string };
};
const logs = async () => new CloudWatchLogsClient(await sdkOptions(fleet));
const burn = async () => {
  const tasks = (await fleet.status()).tasks.filter(({ service }) => service === 'world-state');
  for (const { pid } of tasks) process.kill(pid as number, 'SIGUSR2');
};
const ofAll = (status: string, check: string) =>
  ['gateway', 'settings', 'world-state'].map((service) => `${status} ${check}/${service}`);

const ONE_DAY: FaultCase[] = [
  {
    fault: 'an alarm that somebody has deleted',
    async make() {
      const { cloudwatch } = await clientsOf(fleet);
      // What pages cannot look at an alarm that is not there.
      await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [PAGING] }));
      await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [CPU] }));
    },
    names: ['fail alarms.defined/settings'],
    says: /there is no such alarm/,
    code: 1,
  },
  {
    fault: 'an alarm without action',
    async make() {
      const { cloudwatch, composite } = await found(GATEWAY.paging);
      const { AlarmName, AlarmRule, AlarmDescription } = composite ?? {};
      await cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName, AlarmRule, AlarmDescription }));
    },
    names: ['fail alarms.defined/gateway'],
    says: /is mute/,
    code: 1,
  },
  {
    fault: 'an alarm that looks at what is not there',
    make: () => putAgain(WORLD_CPU, { Dimensions: [{ Name: 'ServiceName', Value: 'nobody' }] }),
    names: ['fail alarms.defined/world-state'],
    says: /cannot see/,
    code: 1,
  },
  {
    fault: 'an alarm that there is twice',
    async make() {
      const { arn } = await topicArn();
      await putAgain(MEMORY, { AlarmName: 'somebodys', AlarmActions: [arn] });
    },
    names: ['warn alarms.strays/gaming-system'],
    says: /somebodys pages for what gaming-system-settings-nats-high-memory watches already/,
    code: 0,
  },
  {
    fault: 'an alarm that is silenced',
    make: () => fleet.must('alarms', 'silence', 'gateway', '--for', '1h', '--reason', 'a game day', '--yes'),
    names: ['warn alarms.silences/gaming-system'],
    says: /a game day/,
    code: 0,
  },
  {
    fault: 'a subscriber that is gone',
    async make() {
      const { sns } = await topicArn();
      const { Subscriptions = [] } = await sns.send(new ListSubscriptionsCommand({}));
      for (const { SubscriptionArn } of Subscriptions)
        await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    },
    names: ['fail alarms.subscriber/gaming-system'],
    says: /nobody has subscribed/,
    code: 1,
  },
  {
    fault: 'a log group that keeps everything for ever',
    make: async () => (await logs()).send(new DeleteRetentionPolicyCommand({ logGroupName: GROUP })),
    names: ['warn ecs.log-group/settings', 'warn ecs.log-group/world-state'],
    says: /never expires/,
    code: 0,
  },
];

const ANOTHER: FaultCase[] = [
  {
    fault: 'an alarm whose actions are disabled',
    async make() {
      const { cloudwatch } = await clientsOf(fleet);
      await cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames: [PAGING] }));
    },
    names: ['fail alarms.defined/settings'],
    says: /is mute/,
    code: 1,
  },
  {
    fault: 'an alarm with another threshold',
    make: () => putAgain(GATEWAY.cpu, { Threshold: 99 }),
    names: ['warn alarms.defined/gateway'],
    says: /99/,
    code: 0,
  },
  {
    fault: 'an alarm that fires',
    make: burn,
    names: ['fail alarms.state/world-state'],
    says: /fires/,
    code: 1,
    mend: burn,
  },
  {
    fault: 'an alarm that is left over of a service that was',
    async make() {
      const { arn } = await topicArn();
      await putAgain(CPU, {
        AlarmName: 'gaming-system-former-nats-high-cpu',
        AlarmActions: [arn],
        Dimensions: [{ Name: 'ServiceName', Value: 'former-nats' }],
        Tags: [{ Key: 'gsys:fleet', Value: 'gaming-system' }],
      });
    },
    names: ['warn alarms.strays/gaming-system'],
    says: /gaming-system-former-nats-high-cpu pages and is not in the definition/,
    code: 0,
  },
  {
    fault: 'a topic that is gone',
    async make() {
      const { sns, arn } = await topicArn();
      await sns.send(new DeleteTopicCommand({ TopicArn: arn }));
    },
    names: ['fail alarms.subscriber/gaming-system'],
    says: /there is no topic/,
    code: 1,
  },
  {
    fault: 'a log group that is missing',
    make: async () => (await logs()).send(new DeleteLogGroupCommand({ logGroupName: GROUP })),
    names: ['fail ecs.log-group/settings', 'fail ecs.log-group/world-state'],
    says: /there is no log group/,
    code: 1,
  },
];

const ALONE: FaultCase[] = [
  {
    fault: 'an alarm that cannot see, as Container Insights are off',
    async make() {
      const { ecs } = await clientsOf(fleet);
      const settings = [{ name: 'containerInsights' as const, value: 'disabled' }];
      await ecs.send(new UpdateClusterSettingsCommand({ cluster: 'gaming-system-cluster', settings }));
    },
    names: ofAll('fail', 'alarms.defined'),
    says: /Container Insights is disabled/,
    code: 1,
  },
];

describe('verify names it, and what it prints heals it: alarms and logs', () => {
  faultsAtOnce(test, ONE_DAY);
  faultsAtOnce(test, ANOTHER);
  faultMatrix(test, ALONE);
});
