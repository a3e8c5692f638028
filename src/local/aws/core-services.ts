import type { AlarmAction, AlarmBook, ImageSource, LogSink, MetricSink, SecretSource } from '../ports.ts';
import { createCloudWatch } from './cloudwatch/cloudwatch.ts';
import type { AwsContext } from './context.ts';
import { createEcr } from './ecr/ecr.ts';
import type { HttpRoute } from './http-route.ts';
import { createLogs } from './logs/logs.ts';
import { createSecretSource } from './secret-source.ts';
import { createSecretsManager, type SecretsManager } from './secrets-manager/secrets-manager.ts';
import type { AwsService } from './service.ts';
import { createSns } from './sns/sns.ts';
import type { Instance } from './ssm/commands.ts';
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
  metrics: MetricSink;
  alarms: AlarmBook;
  /** What alarms can do; services that come later add theirs. */
  alarmActions: AlarmAction[];
  /** Ends what goes on by itself; the store is closed after it. */
  close(): void;
}

/**
 * @param instances that commands can be sent to
 * @throws GsysError FILE_SYSTEM when the state they left cannot be understood
 */
export function createCoreServices(context: AwsContext, instances: Instance[]): CoreServices {
  const ssm = createSsm(context, instances);
  const secretsManager = createSecretsManager(context);
  const logs = createLogs(context);
  const ecr = createEcr(context);
  const alarmActions: AlarmAction[] = [];
  const cloudwatch = createCloudWatch(context, alarmActions);
  const sns = createSns(context, cloudwatch.metrics);
  alarmActions.push(sns.alarmAction);
  return {
    services: [
      createSts(context),
      ssm.service,
      secretsManager.service,
      logs.service,
      ecr.service,
      cloudwatch.service,
      sns.service,
    ],
    routes: [ecr.route, ...sns.routes],
    secretsManager,
    logs: logs.sink,
    secrets: createSecretSource({ ssm, secretsManager }),
    images: ecr.images,
    metrics: cloudwatch.metrics,
    alarms: cloudwatch.alarms,
    alarmActions,
    close() {
      ssm.close();
      sns.close();
      cloudwatch.close();
    },
  };
}
