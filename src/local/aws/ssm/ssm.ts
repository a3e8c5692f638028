import * as schemas from '@aws-sdk/client-ssm';
import type { AwsContext } from '../context.ts';
import type { AwsService } from '../service.ts';
import { findVersion, type Parameter } from './parameter.ts';
import { readOperations } from './read.ts';
import { taggingOperations } from './tagging.ts';
import { writeOperations } from './write.ts';

export interface Ssm {
  service: AwsService;
  /** The clear value behind a name or ARN, for the agent that starts tasks. */
  value(reference: string): string | undefined;
}

/** Parameter Store. */
export function createSsm(context: AwsContext): Ssm {
  const parameters = context.store.collection<Parameter>('ssm-parameters');
  return {
    service: {
      id: 'ssm',
      target: 'AmazonSSM',
      protocol: 'awsJson',
      schemas,
      operations: {
        ...readOperations(context, parameters),
        ...writeOperations(context, parameters),
        ...taggingOperations(parameters),
      },
    },
    value: (reference) => findVersion((name) => parameters.get(name), reference)?.version.value,
  };
}
