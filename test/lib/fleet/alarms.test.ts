import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { alarmsOf, definedAlarms, fleetAlarms, topicArn } from '../../../src/lib/fleet/alarms.ts';
import type { Fleet, Service } from '../../../src/lib/fleet/fleet.ts';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import { whyNoMetric } from '../../../src/lib/fleet/metric-exists.ts';
import { pagingAlarms } from '../../../src/lib/fleet/paging-alarms.ts';
import { type DefinitionFolder, definitionFolder } from '../../support/definition.ts';

const FLEET = await loadFleet({ from: import.meta.dirname, environment: 'local', slot: '0' });
const settings = FLEET.services.find(({ name }) => name === 'settings') as Service;
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:gaming-system-alerts';
const names = (service: Service) => alarmsOf(FLEET, [service]).map(({ kind }) => kind);

describe('the alarms of a service', () => {
  it('are three, by names that no other fleet of the account has', () => {
    const dimensions = { ClusterName: 'gaming-system-cluster', ServiceName: 'settings-nats' };
    expect(alarmsOf(FLEET, [settings])).toMatchObject([
      {
        name: 'gaming-system-settings-nats-high-cpu',
        metric: { namespace: 'AWS/ECS', name: 'CPUUtilization', dimensions },
        comparison: 'GreaterThanThreshold',
        ...{ threshold: 80, period: 300, evaluationPeriods: 2 },
      },
      {
        name: 'gaming-system-settings-nats-high-memory',
        metric: { namespace: 'AWS/ECS', name: 'MemoryUtilization', dimensions },
        comparison: 'GreaterThanThreshold',
        ...{ threshold: 80, period: 300, evaluationPeriods: 2 },
      },
      {
        name: 'gaming-system-settings-nats-running-tasks',
        metric: { namespace: 'ECS/ContainerInsights', name: 'RunningTaskCount', dimensions },
        comparison: 'LessThanThreshold',
        ...{ threshold: 2, period: 60, evaluationPeriods: 3 },
      },
    ]);
  });

  it('are 69 for 23 services, each by a name of its own, the gateway’s among them', () => {
    const services = Array.from({ length: 22 }, (_, i) => ({
      ...settings,
      name: `service-${i}`,
      ecsService: `service-${i}-nats`,
    }));
    const gateway = FLEET.services.find(({ kind }) => kind === 'gateway') as Service;
    const alarms = alarmsOf(FLEET, [...services, gateway]);
    expect(new Set(alarms.map(({ name }) => name)).size).toBe(69);
    expect(alarms.at(-1)?.name).toBe('gaming-system-http-nats-gateway-running-tasks');
  });

  it('tell nobody: the one that looks at them tells the topic of every state', () => {
    for (const { actions } of alarmsOf(FLEET, FLEET.services))
      expect(Object.values(actions).flat()).toEqual([]);
    const [paging] = pagingAlarms(FLEET, [settings], () => true);
    expect(paging).toMatchObject({
      name: 'gaming-system-settings-nats-paging',
      rule: alarmsOf(FLEET, [settings])
        .map(({ name }) => `ALARM("${name}")`)
        .join(' OR '),
      actions: { ok: [TOPIC], alarm: [TOPIC], insufficientData: [TOPIC] },
    });
  });

  it('page by those that are there alone, and not at all where none is', () => {
    const [paging] = pagingAlarms(FLEET, [settings], ({ kind }) => kind === 'high-cpu');
    expect(paging?.children).toEqual(['gaming-system-settings-nats-high-cpu']);
    expect(pagingAlarms(FLEET, FLEET.services, () => false)).toEqual([]);
  });

  it('take silence for unknown, and where it is the outage for that', () => {
    expect(alarmsOf(FLEET, [settings]).map(({ treatMissingData }) => treatMissingData)).toEqual([
      'missing',
      'missing',
      'breaching',
    ]);
  });

  it('do not count tasks where autoscaling may go down to none', () => {
    expect(names({ ...settings, scaling: { ...settings.scaling, min: 0 } })).toEqual([
      'high-cpu',
      'high-memory',
    ]);
  });

  it('are none where the definition wants no task', () => {
    expect(names({ ...settings, desired: 0 })).toEqual([]);
  });
});

describe('where somebody runs "alarms publish"', () => {
  const published: Fleet = { ...FLEET, environment: { ...FLEET.environment, publishEvery: 120 } };
  const gateway = FLEET.services.find(({ kind }) => kind === 'gateway') as Service;

  it('a service has an alarm on what it logs, and the gateway on what it answers', () => {
    const extra = (service: Service) =>
      alarmsOf(published, [service])
        .slice(3)
        .map(({ kind }) => kind);
    expect(extra(settings)).toEqual(['error-logs']);
    expect(extra(gateway)).toEqual(['error-logs', 'gateway-errors', 'gateway-latency']);
    // Ten a minute, counted every two minutes.
    expect(alarmsOf(published, [settings])[3]).toMatchObject({ threshold: 20, period: 120 });
  });

  it('the fleet as a whole has its own, with one that pages', () => {
    expect(
      fleetAlarms(published).map(({ kind, comparison, threshold }) => [kind, comparison, threshold]),
    ).toEqual([
      ['publisher-heartbeat', 'LessThanThreshold', 1],
      ['certificate-days', 'LessThanThreshold', 7],
      ['jetstream-storage', 'GreaterThanThreshold', 80],
      ['nats-peers', 'LessThanThreshold', 4],
      ['dead-letters', 'GreaterThanThreshold', 10],
      ['redis-memory', 'GreaterThanThreshold', 80],
      ['redis-evictions', 'GreaterThanThreshold', 0],
    ]);
    const names = pagingAlarms(published, published.services, () => true).map(({ name }) => name);
    expect(names).toHaveLength(published.services.length + 1);
    expect(names.at(-1)).toBe('gaming-system-paging');
  });

  it('silence of the fleet is an outage', () => {
    const quiet = fleetAlarms(published).filter(({ treatMissingData }) => treatMissingData !== 'breaching');
    // Of Redis nodes that do not answer, the alarm on their memory tells.
    expect(quiet.map(({ kind }) => kind)).toEqual(['redis-evictions']);
  });

  it('they are meant when all services are, and not when some are', () => {
    const kinds = (services: Service[]) => definedAlarms(published, services).map(({ kind }) => kind);
    expect(kinds(published.services)).toContain('nats-peers');
    expect(kinds([settings])).not.toContain('nats-peers');
  });

  it('nothing of it is there where nobody does', () => {
    expect(fleetAlarms(FLEET)).toEqual([]);
    expect(pagingAlarms(FLEET, FLEET.services, () => true)).toHaveLength(FLEET.services.length);
  });
});

describe('a metric', () => {
  const { environment } = FLEET;
  const why = (metric: { namespace: string; name: string }, containerInsights?: string, published = false) =>
    whyNoMetric(metric, { containerInsights, published }, environment);

  it.each([
    [{ namespace: 'AWS/ECS', name: 'CPUUtilization' }, undefined],
    [{ namespace: 'ECS/ContainerInsights', name: 'RunningTaskCount' }, /update-cluster-settings/],
    [{ namespace: 'Gsys', name: 'NatsPeers' }, /^gsys alarms publish$/],
  ])('that cannot come says what makes it come: %o', (metric, wayOut) => {
    if (wayOut === undefined) expect(why(metric)).toBeUndefined();
    else expect(why(metric)?.wayOut).toMatch(wayOut);
    expect(why(metric, 'enhanced', true)).toBeUndefined();
  });
});

it('a topic outside of the first partition has its name', () => {
  const environment = { ...FLEET.environment, region: 'cn-north-1' } as Fleet['environment'];
  expect(topicArn(environment)).toBe('arn:aws-cn:sns:cn-north-1:000000000000:gaming-system-alerts');
});

describe('a definition', () => {
  let folder: DefinitionFolder;
  beforeEach(() => {
    folder = definitionFolder();
  });
  afterEach(() => folder.remove());

  const service = () => parse(readFileSync(path.join(folder.root, 'services/settings/service.yaml'), 'utf8'));
  const withAlarms = (alarms: object) =>
    folder.write('services/settings/service.yaml', { ...service(), resources: { alarms } });
  const terms = { cpu: 50, memory: 90, period: 60, evaluationPeriods: 5 };

  it('may say otherwise for one service', async () => {
    withAlarms(terms);
    const fleet = await loadFleet({ from: folder.root });
    expect(fleet.services.map(({ alarms }) => alarms.cpu)).toEqual([80, 50]);
  });

  it.each([
    [{ ...terms, period: 45 }, /resources\.alarms\.period.*10, 20, 30 or a multiple of 60/],
    [{ ...terms, period: 300, evaluationPeriods: 289 }, /looks back 86400 s at most/],
  ])('is refused where CloudWatch would refuse it: %o', async (alarms, complaint) => {
    withAlarms(alarms);
    await expect(loadFleet({ from: folder.root })).rejects.toMatchObject({
      code: 'INVALID_DEFINITION',
      details: expect.arrayContaining([expect.stringMatching(complaint)]),
    });
  });
});
