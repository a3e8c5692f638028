import type { Gate } from '../gate.ts';
import { AwsError } from '../service.ts';

/** Milliseconds. AWS does not tell how long a family is busy with a registration; this is enough to meet another. */
const REGISTERING = 100;

/**
 * Makes a registration take its time, and refuses another of the same family that comes meanwhile, as AWS does.
 * https://github.com/hashicorp/terraform-provider-aws/issues/9777
 */
export function registrationGate(wait: (milliseconds: number) => Promise<void>): Gate {
  const busy = new Set<string>();
  return async ({ service, operation, input }) => {
    if (service !== 'ecs' || operation !== 'RegisterTaskDefinition') return undefined;
    const { family = '' } = input as { family?: string };
    if (busy.has(family))
      throw new AwsError(
        'ClientException',
        'Too many concurrent attempts to create a new revision of the specified family.',
      );
    busy.add(family);
    try {
      await wait(REGISTERING);
    } finally {
      busy.delete(family);
    }
    return undefined;
  };
}
