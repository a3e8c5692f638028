import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { metricSink } from '../../../../../src/local/aws/cloudwatch/metrics/metric-sink.ts';
import {
  type MetricStore,
  openMetricStore,
} from '../../../../../src/local/aws/cloudwatch/metrics/metric-store.ts';
import { compact, tiersOf } from '../../../../../src/local/aws/cloudwatch/metrics/series.ts';
import { openStore, type Store } from '../../../../../src/local/store.ts';

const NOW = 1_700_000_000_000;
const OF_CLUSTER = {
  namespace: 'ECS/ContainerInsights',
  name: 'CpuUtilized',
  dimensions: { ClusterName: 'c' },
};

let folder: string;
let disk: Store;
let store: MetricStore;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gsys-metrics-'));
  disk = openStore(folder, { onError() {} });
  store = openMetricStore(disk.collection('metrics'), tiersOf(1000), () => NOW);
});
afterEach(async () => {
  await disk.close();
  rmSync(folder, { recursive: true, force: true });
});

it('what ten thousand tasks put of their cluster is one distribution with all of them, told once', () => {
  const told: string[] = [];
  const sink = metricSink({ clock: () => NOW, onError() {} }, store, ({ name }) => void told.push(name));
  const { namespace, name: metric, dimensions } = OF_CLUSTER;
  sink.put(
    Array.from({ length: 10_000 }, (_, value) => ({ namespace, metric, dimensions, value, unit: 'None' })),
  );
  expect(store.read(OF_CLUSTER, 'None', [[NOW, NOW + 1000]])).toMatchObject([
    { count: 10_000, sum: 49_995_000, min: 0, max: 9999 },
  ]);
  expect(told).toEqual(['CpuUtilized']);
});

it('what is too much of the finest tier is kept more coarsely, however young it is', () => {
  const one = { count: 1, sum: 1, min: 1, max: 1, values: undefined };
  const buckets = [Array.from({ length: 300 }, (_, i): [number, typeof one] => [NOW + i * 1000, one])];
  compact(buckets, tiersOf(1000), NOW + 300_000, 100);
  expect(buckets[0]).toHaveLength(100);
  const minutes = buckets[1]?.map(([, { count }]) => count) ?? [];
  expect(minutes.reduce((all, count) => all + count, 0)).toBe(200);
});
