import * as schemas from '@aws-sdk/client-ssm';
import type { AwsContext } from '../context.ts';
import type { AwsService } from '../service.ts';
import { createCommands, type Instance } from './commands.ts';
import { findVersion, type Parameter } from './parameter.ts';
import { readOperations } from './read.ts';
import { taggingOperations } from './tagging.ts';
import { writeOperations } from './write.ts';

export interface Ssm {
  service: AwsService;
  /** The clear value behind a name or ARN, for the agent that starts tasks. */
  value(reference: string): string | undefined;
  /** Ends commands that run. */
  close(): void;
}

/** Parameter Store, and Run Command for the instances that there are. */
export function createSsm(context: AwsContext, instances: Instance[]): Ssm {
  const commands = createCommands(context, instances);
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
        ...commands.operations,
      },
    },
    value: (reference) => findVersion((name) => parameters.get(name), reference)?.version.value,
    close: commands.close,
  };
}
