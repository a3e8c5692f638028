import { autoscaling } from './application-autoscaling.ts';
import { cloudwatch } from './cloudwatch.ts';
import { ecr } from './ecr.ts';
import { ecs } from './ecs.ts';
import { logs } from './logs.ts';
import type { Story } from './row.ts';
import { secretsmanager } from './secretsmanager.ts';
import { sns } from './sns.ts';
import { ssm } from './ssm.ts';
import { sts } from './sts.ts';

/** The longest first, so that none is left to run alone at the end. */
export const STORIES: Story[] = [ecs, cloudwatch, logs, ssm, sns, secretsmanager, ecr, autoscaling, sts];
