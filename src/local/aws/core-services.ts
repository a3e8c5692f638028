import type { ImageSource, LogSink, SecretSource } from '../ports.ts';
import type { AwsContext } from './context.ts';
import { createEcr } from './ecr/ecr.ts';
import type { HttpRoute } from './http-route.ts';
import { createLogs } from './logs/logs.ts';
import { createSecretSource } from './secret-source.ts';
import { createSecretsManager, type SecretsManager } from './secrets-manager/secrets-manager.ts';
import type { AwsService } from './service.ts';
import { createSsm } from './ssm/ssm.ts';
import { createSts } from './sts.ts';

/** The services that run no tasks, and what the one that does needs of them. */
export interface CoreServices {
  services: AwsService[];
  routes: HttpRoute[];
  secretsManager: SecretsManager;
  logs: LogSink;
  secrets: SecretSource;
  images: ImageSource;
}

/** @throws GsysError FILE_SYSTEM when the state they left cannot be understood */
export function createCoreServices(context: AwsContext): CoreServices {
  const ssm = createSsm(context);
  const secretsManager = createSecretsManager(context);
  const logs = createLogs(context);
  const ecr = createEcr(context);
  return {
    services: [createSts(context), ssm.service, secretsManager.service, logs.service, ecr.service],
    routes: [ecr.route],
    secretsManager,
    logs: logs.sink,
    secrets: createSecretSource({ ssm, secretsManager }),
    images: ecr.images,
  };
}
