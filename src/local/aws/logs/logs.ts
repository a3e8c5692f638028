import * as schemas from '@aws-sdk/client-cloudwatch-logs';
import type { LogSink } from '../../ports.ts';
import type { AwsContext } from '../context.ts';
import type { AwsService } from '../service.ts';
import { openArchive } from './archive.ts';
import { filterOperations } from './filter.ts';
import { getOperations } from './get.ts';
import { groupOperations } from './groups.ts';
import { liveTailOperations } from './live-tail/live-tail.ts';
import { putOperations } from './put.ts';
import { createSink } from './sink.ts';
import { streamOperations } from './streams.ts';
import { taggingOperations } from './tagging.ts';

/** CloudWatch Logs, and the door by which the output of tasks comes in. */
export function createLogs(context: AwsContext): { service: AwsService; sink: LogSink } {
  const archive = openArchive(context);
  return {
    service: {
      id: 'logs',
      target: 'Logs_20140328',
      protocol: 'awsJson',
      validationCode: 'InvalidParameterException',
      schemas,
      operations: {
        ...groupOperations(context, archive),
        ...taggingOperations(archive),
        ...streamOperations(context, archive),
        ...putOperations(context, archive),
        ...getOperations(context, archive),
        ...filterOperations(context, archive),
        ...liveTailOperations(context, archive),
      },
    },
    sink: createSink(context, archive),
  };
}
