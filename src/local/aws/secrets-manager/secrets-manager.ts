import * as schemas from '@aws-sdk/client-secrets-manager';
import type { AwsContext } from '../context.ts';
import type { AwsService } from '../service.ts';
import { lifeOperations } from './life.ts';
import { listingOperations } from './listing.ts';
import { findSecretVersion, type Secret } from './secret.ts';
import { openShelf } from './shelf.ts';
import { valueOperations } from './values.ts';

export interface SecretsManager {
  service: AwsService;
  /** The text behind a secret, for the agent that starts tasks; throws the service's errors. */
  value(id: string, which: { versionId?: string | undefined; stage?: string | undefined }): string;
}

export function createSecretsManager(context: AwsContext): SecretsManager {
  const shelf = openShelf(context.store.collection<Secret>('secrets'), context.clock);
  return {
    service: {
      id: 'secretsmanager',
      target: 'secretsmanager',
      protocol: 'awsJson',
      schemas,
      operations: {
        ...valueOperations(context, shelf),
        ...lifeOperations(context, shelf),
        ...listingOperations(context, shelf),
      },
    },
    value(id, which) {
      const { string, binary = '' } = findSecretVersion(shelf.get(id), which);
      return string ?? Buffer.from(binary, 'base64').toString();
    },
  };
}
