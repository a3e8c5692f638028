/** Requests that AWS counts together, for one account in one region. */
export interface RequestRate {
  /** `ecs:DescribeServices` */
  calls: string[];
  burst: number;
  perSecond: number;
}

/** The rates that gsys can come near, and keeps to. */
export const REQUEST_RATES: RequestRate[] = [
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
  { calls: ['ecs:DescribeServices', 'ecs:ListServices'], burst: 100, perSecond: 20 },
  { calls: ['ecs:DescribeTasks', 'ecs:ListTasks'], burst: 100, perSecond: 20 },
  { calls: ['ecs:DescribeServiceDeployments', 'ecs:ListServiceDeployments'], burst: 50, perSecond: 20 },
  { calls: ['ecs:DescribeTaskDefinition', 'ecs:ListTaskDefinitions'], burst: 50, perSecond: 20 },
  { calls: ['ecs:RegisterTaskDefinition', 'ecs:DeregisterTaskDefinition'], burst: 20, perSecond: 1 },
  { calls: ['ecs:UpdateService'], burst: 50, perSecond: 5 },
  { calls: ['ecs:RunTask', 'ecs:StopTask', 'ecs:ExecuteCommand'], burst: 100, perSecond: 40 },
  // https://docs.aws.amazon.com/general/latest/gr/cw_region.html
  { calls: ['cloudwatch:PutMetricAlarm'], burst: 3, perSecond: 3 },
  { calls: ['cloudwatch:PutCompositeAlarm'], burst: 3, perSecond: 3 },
  { calls: ['cloudwatch:DeleteAlarms'], burst: 3, perSecond: 3 },
  { calls: ['cloudwatch:DescribeAlarms'], burst: 9, perSecond: 9 },
  { calls: ['cloudwatch:DescribeAlarmHistory'], burst: 3, perSecond: 3 },
  { calls: ['cloudwatch:SetAlarmState'], burst: 3, perSecond: 3 },
  // https://docs.aws.amazon.com/general/latest/gr/cwl_region.html: what most regions grant. Some grant half of it.
  { calls: ['logs:FilterLogEvents'], burst: 10, perSecond: 10 },
  { calls: ['logs:GetLogEvents'], burst: 10, perSecond: 10 },
  { calls: ['logs:DescribeLogStreams'], burst: 25, perSecond: 25 },
];
