import { type Alarms, alarms } from '../aws/alarms.ts';
import type { AwsAccess } from '../aws/clients.ts';
import { type Ecr, ecr } from '../aws/ecr.ts';
import { type Ecs, ecs } from '../aws/ecs.ts';
import { type EcsChanges, ecsChanges } from '../aws/ecs-changes.ts';
import { type EcsDeployments, ecsDeployments } from '../aws/ecs-deployments.ts';
import { type Logs, logs } from '../aws/logs.ts';
import { type Secrets, secrets } from '../aws/secrets.ts';
import { type Sns, sns } from '../aws/sns.ts';
import { type Ssm, ssm } from '../aws/ssm.ts';

/** The AWS that a release works with. */
export interface ReleaseSources {
  alarms: Alarms;
  ecs: Ecs;
  changes: EcsChanges;
  deployments: EcsDeployments;
  ecr: Ecr;
  logs: Logs;
  secrets: Secrets;
  sns: Sns;
  ssm: Ssm;
}

export function releaseSources(access: AwsAccess): ReleaseSources {
  return {
    alarms: alarms(access),
    ecs: ecs(access),
    changes: ecsChanges(access),
    deployments: ecsDeployments(access),
    ecr: ecr(access),
    logs: logs(access),
    secrets: secrets(access),
    sns: sns(access),
    ssm: ssm(access),
  };
}
