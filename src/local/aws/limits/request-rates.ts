import type { Rate } from './token-bucket.ts';

/** Requests that are counted together. */
export interface RateLimit extends Rate {
  /** `ecs`, `monitoring`, …: the service's id in the credential scope. */
  service: string;
  operations: string[];
}

/**
 * What AWS grants one account in one region (us-east-1 where regions differ), as far as it is published; what is
 * not listed is not limited here.
 */
export const REQUEST_RATES: RateLimit[] = [
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
  ecs(100, 20, 'DescribeServices', 'ListServices'),
  ecs(100, 20, 'DescribeTasks', 'ListTasks'),
  ecs(50, 20, 'DescribeServiceDeployments', 'ListServiceDeployments'),
  ecs(50, 20, 'DescribeClusters'),
  ecs(50, 20, 'DescribeTaskDefinition', 'ListTaskDefinitions'),
  ecs(20, 1, 'RegisterTaskDefinition', 'DeregisterTaskDefinition'),
  ecs(50, 5, 'UpdateService'),
  ecs(100, 40, 'RunTask', 'StopTask', 'ExecuteCommand'),
  ecs(10, 1, 'ListServicesByNamespace'),
  // https://docs.aws.amazon.com/general/latest/gr/cw_region.html, and for what that leaves out
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
  ...each('monitoring', 3, 'PutMetricAlarm', 'PutCompositeAlarm'),
  ...each('monitoring', 9, 'DescribeAlarms'),
  ...each('monitoring', 3, 'DeleteAlarms', 'DescribeAlarmHistory', 'DescribeAlarmsForMetric'),
  ...each('monitoring', 3, 'EnableAlarmActions', 'DisableAlarmActions', 'SetAlarmState'),
  ...each('monitoring', 50, 'GetMetricData'),
  // https://docs.aws.amazon.com/general/latest/gr/cwl_region.html
  ...each('logs', 25, 'FilterLogEvents', 'GetLogEvents'),
  ...each('logs', 5, 'StartLiveTail'),
  // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html
  ...each('logs', 25, 'DescribeLogStreams'),
];

function ecs(burst: number, perSecond: number, ...operations: string[]): RateLimit {
  return { service: 'ecs', operations, burst, perSecond };
}

/** Each for itself; "transactions per second" leaves no burst beyond the second. */
function each(service: string, perSecond: number, ...operations: string[]): RateLimit[] {
  return operations.map((name) => ({ service, operations: [name], burst: perSecond, perSecond }));
}
