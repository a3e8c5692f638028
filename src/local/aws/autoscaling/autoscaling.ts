import * as client from '@aws-sdk/client-application-auto-scaling';
import type { AlarmAction } from '../../ports.ts';
import type { AwsService } from '../service.ts';
import { actOnAlarm } from './act-on-alarm.ts';
import { openActivityLog } from './activity-log.ts';
import type { Autoscaler, AutoscalingOptions } from './autoscaler.ts';
import { policyOperations } from './policies.ts';
import { openRecords } from './records.ts';
import { tagOperations } from './tags.ts';
import { targetOperations } from './targets.ts';

export interface Autoscaling {
  service: AwsService;
  /** Takes the ARNs of scaling policies. */
  action: AlarmAction;
}

/** Application Auto Scaling, for the desired counts of ECS services. */
export function createAutoscaling({ services, alarms, ...context }: AutoscalingOptions): Autoscaling {
  const records = openRecords(context.store);
  const autoscaler: Autoscaler = {
    records,
    services,
    alarms,
    log: openActivityLog(records, services, context),
    context,
    async removePolicy({ arn, alarms: { high, low } }) {
      await records.policies.remove(arn);
      await alarms.delete(low === undefined ? [high] : [high, low]);
    },
  };
  const act = actOnAlarm(autoscaler);
  return {
    service: {
      id: 'application-autoscaling',
      target: 'AnyScaleFrontendService',
      protocol: 'awsJson',
      schemas: client,
      operations: {
        ...targetOperations(autoscaler),
        ...policyOperations(autoscaler),
        ...tagOperations(records),
      },
    },
    action: {
      takes: (arn) => /^arn:[^:]+:autoscaling:[^:]*:[^:]*:scalingPolicy:/.test(arn),
      act: async (arn, alarm) => act(arn, alarm),
    },
  };
}
