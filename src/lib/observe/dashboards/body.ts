import { batches } from '../../aws/batches.ts';
import { type AlarmDefinition, definedAlarms, fleetAlarms, topicArn } from '../../fleet/alarms.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { pagingAlarms } from '../../fleet/paging-alarms.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
interface Widget {
  type: 'text' | 'alarm' | 'metric';
  /** Of 24 columns. */
  x: number;
  y: number;
  width: number;
  height: number;
  properties: object;
}

const COLUMNS = 24;
const WIDE = COLUMNS / 3;
const HIGH = 6;
/** Lines that a person can tell apart, and alarms that a widget takes. */
const MOST_LINES = 20;
const MOST_ALARMS = 100;

export function dashboardName({ name, environment }: Fleet): string {
  return `${name}-${environment.name}`;
}

/**
 * What people look at: which alarms page, then every metric that an alarm looks at, beside its threshold, services
 * together. It follows from the definition as the alarms do, so nothing is shown that nobody watches. Pure.
 */
export function dashboardBody(fleet: Fleet): { widgets: Widget[] } {
  const { name, environment } = fleet;
  const paging = pagingAlarms(fleet, fleet.services, () => true).map((one) => arnOf(one.name, fleet));
  const rows: Omit<Widget, 'x' | 'y'>[][] = [
    [
      {
        type: 'text',
        width: COLUMNS,
        height: 2,
        properties: {
          markdown: `# ${name} (${environment.name})\nMade by \`gsys dashboards apply\` from the definition; what is changed here is lost. More: \`gsys verify\`, \`gsys alarms list\`.`,
        },
      },
    ],
    ...batches(paging, MOST_ALARMS).map((alarms) => [
      {
        type: 'alarm' as const,
        width: COLUMNS,
        height: Math.max(2, Math.ceil(alarms.length / 6) + 1),
        properties: { title: 'Alarms that page', alarms },
      },
    ]),
    ...batches(
      fleetAlarms(fleet).map((alarm) => graph(alarm.kind, [alarm], fleet)),
      3,
    ),
    ...batches(serviceGraphs(fleet), 3),
  ];
  let y = 0;
  return {
    widgets: rows.flatMap((row) => {
      const placed = row.map((widget, i) => ({ ...widget, x: i * WIDE, y }));
      y += Math.max(...row.map(({ height }) => height));
      return placed;
    }),
  };
}

/** One for each kind of alarm, of so many services as can be told apart. */
function serviceGraphs(fleet: Fleet): Omit<Widget, 'x' | 'y'>[] {
  const alarms = definedAlarms(fleet, fleet.services).filter(({ service }) => service !== undefined);
  const kinds = [...new Set(alarms.map(({ kind }) => kind))];
  return kinds.flatMap((kind) => {
    const parts = batches(
      alarms.filter((alarm) => alarm.kind === kind),
      MOST_LINES,
    );
    return parts.map((part, i) =>
      graph(parts.length === 1 ? kind : `${kind} (${i + 1} of ${parts.length})`, part, fleet),
    );
  });
}

function graph(title: string, alarms: AlarmDefinition[], fleet: Fleet): Omit<Widget, 'x' | 'y'> {
  const [first] = alarms;
  const thresholds = [...new Set(alarms.map(({ threshold }) => threshold))];
  return {
    type: 'metric',
    width: WIDE,
    height: HIGH,
    properties: {
      title,
      region: fleet.environment.region,
      view: 'timeSeries',
      period: Math.max(60, first?.period ?? 60),
      stat: first?.statistic,
      metrics: alarms.map(({ metric, service }) => [
        ...[metric.namespace, metric.name],
        ...Object.entries(metric.dimensions).flat(),
        { label: service ?? metric.name },
      ]),
      annotations: { horizontal: thresholds.map((value) => ({ label: `fires at ${value}`, value })) },
    },
  };
}

function arnOf(alarm: string, { environment }: Fleet): string {
  const [, partition] = topicArn(environment).split(':');
  return `arn:${partition}:cloudwatch:${environment.region}:${environment.account}:alarm:${alarm}`;
}
