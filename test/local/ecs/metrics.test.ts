import { describe, expect, it } from 'vitest';
import { leaseSlot } from '../../support/slot.ts';
import { GOOD_MAIN, HEALTH, HEALTH_CHECK, type Platform, startPlatform } from './platform.ts';
import { until } from './until.ts';

const SLOT = leaseSlot();
/** Answers its health checks and keeps a core busy. */
const BUSY = `${GOOD_MAIN}
const spin = () => { const end = Date.now() + 20; while (Date.now() < end); setImmediate(spin); };
spin();
`;
const WEB = { ClusterName: 'test', ServiceName: 'web' };

describe('metrics of tasks', () => {
  const values = ({ metrics }: Platform, namespace: string, metric: string, dimensions: object = WEB) =>
    metrics
      .filter((datum) => datum.namespace === namespace && datum.metric === metric)
      .filter((datum) => JSON.stringify(datum.dimensions) === JSON.stringify(dimensions))
      .map(({ value }) => value);

  it('come from their processes, without Container Insights too, and again and again', async () => {
    const platform = await startPlatform(SLOT);
    await platform.createService('web', await platform.version('web', 'v1'));
    const memory = await until(
      () => values(platform, 'AWS/ECS', 'MemoryUtilization'),
      ({ length }) => length >= 6,
    );
    // From a Node that has only just been started to one of 120 MiB, in a task of 512.
    for (const percent of memory) expect(percent).toBeGreaterThan(0);
    for (const percent of memory) expect(percent).toBeLessThan(25);
    expect(platform.metrics.every(({ namespace }) => namespace === 'AWS/ECS')).toBe(true);
  });

  it('show a task that is replaced at once as a dip', async () => {
    const platform = await startPlatform(SLOT);
    await platform.aws.updateClusterSettings({
      cluster: 'test',
      settings: [{ name: 'containerInsights', value: 'enabled' }],
    });
    await platform.createService('web', await platform.version('web', 'v1'));
    const counts = () => values(platform, 'ECS/ContainerInsights', 'RunningTaskCount');
    await until(counts, (seen) => seen.at(-1) === 2);
    const { taskArns = [] } = await platform.aws.listTasks({ cluster: 'test', serviceName: 'web' });
    platform.metrics.length = 0;
    await platform.aws.stopTask({ cluster: 'test', task: taskArns[0] });
    await until(counts, (seen) => seen.includes(1) && seen.at(-1) === 2);
  });

  it('tell a busy task from an idle one, in percent of what is reserved', async () => {
    const platform = await startPlatform(SLOT);
    const image = await platform.images.add('registry/busy:1', { 'main.js': BUSY, 'health.js': HEALTH });
    await platform.createService('idle', await platform.version('idle', 'v1'), { desiredCount: 1 });
    await platform.createService(
      'web',
      await platform.register('web', { image, healthCheck: HEALTH_CHECK }),
      {
        desiredCount: 1,
      },
    );
    // 256 units are a quarter of a core: a core that is busy is 400 %, however many share it.
    await until(
      () => values(platform, 'AWS/ECS', 'CPUUtilization'),
      (percents) => percents.some((percent) => percent > 100),
    );
    await until(
      () => values(platform, 'AWS/ECS', 'CPUUtilization', { ClusterName: 'test', ServiceName: 'idle' }),
      (percents) => percents.some((percent) => percent < 50),
    );
  });

  it('are counted and summed by Container Insights, where the cluster has it', async () => {
    const platform = await startPlatform(SLOT);
    await platform.aws.updateClusterSettings({
      cluster: 'test',
      settings: [{ name: 'containerInsights', value: 'enabled' }],
    });
    await platform.createService('web', await platform.version('web', 'v1'));
    const insights = (metric: string, dimensions?: object) =>
      values(platform, 'ECS/ContainerInsights', metric, dimensions);
    await until(
      () => insights('RunningTaskCount'),
      (counts) => counts.includes(2),
    );
    expect(insights('DesiredTaskCount')).toContain(2);
    // A service that rises is not one that lacks tasks.
    expect(insights('RunningTaskCount')[0]).toBe(2);
    for (const dimensions of [WEB, { ClusterName: 'test' }])
      for (const metric of ['CpuUtilized', 'CpuReserved', 'MemoryUtilized', 'MemoryReserved'])
        expect(
          await until(
            () => insights(metric, dimensions),
            ({ length }) => length > 0,
          ),
        ).not.toEqual([]);
    expect(new Set(insights('CpuReserved'))).toEqual(new Set([256]));

    platform.metrics.length = 0;
    await platform.aws.updateService({ cluster: 'test', service: 'web', desiredCount: 0 });
    await until(
      () => [insights('RunningTaskCount'), insights('DesiredTaskCount')],
      ([running, desired]) => running?.at(-1) === 0 && desired?.at(-1) === 0,
    );
  });
});
