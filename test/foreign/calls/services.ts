import * as autoscaling from '@aws-sdk/client-application-auto-scaling';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import * as secretsmanager from '@aws-sdk/client-secrets-manager';
import * as sns from '@aws-sdk/client-sns';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';

/** The SDK's packages by the name that the AWS CLI has for the service. */
export const SDK = {
  'application-autoscaling': { package: autoscaling, Client: autoscaling.ApplicationAutoScalingClient },
  cloudwatch: { package: cloudwatch, Client: cloudwatch.CloudWatchClient },
  ecr: { package: ecr, Client: ecr.ECRClient },
  ecs: { package: ecs, Client: ecs.ECSClient },
  logs: { package: logs, Client: logs.CloudWatchLogsClient },
  secretsmanager: { package: secretsmanager, Client: secretsmanager.SecretsManagerClient },
  sns: { package: sns, Client: sns.SNSClient },
  ssm: { package: ssm, Client: ssm.SSMClient },
  sts: { package: sts, Client: sts.STSClient },
};

export type ServiceId = keyof typeof SDK;
