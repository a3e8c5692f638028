import { readFileSync } from 'node:fs';
import path from 'node:path';
import { REPOSITORY } from './definition.ts';

interface Policy {
  Statement: { Action: string[] }[];
}

export const ROLES = ['on-call', 'release-manager', 'security', 'alarms-publisher', 'in-vpc'] as const;
export type Role = (typeof ROLES)[number];

/** The policy's text. */
export function policyText(role: Role): string {
  return readFileSync(path.join(REPOSITORY, 'docs/iam', `${role}.json`), 'utf8');
}

/** `ecs:DescribeServices` of everything that the policies of these roles allow. */
export function allowedTo(...roles: Role[]): Set<string> {
  return new Set(
    roles.flatMap((role) =>
      (JSON.parse(policyText(role)) as Policy).Statement.flatMap(({ Action }) => Action),
    ),
  );
}

/** Where gsys and IAM call a service otherwise. */
const PREFIXES: Record<string, string> = {
  monitoring: 'cloudwatch',
  autoscaling: 'application-autoscaling',
};

/** As a policy names a request that gsys counts (`autoscaling:PutScalingPolicy`) or the endpoint is sent. */
export function actionOf(service: string, operation: string): string {
  return `${PREFIXES[service] ?? service}:${operation}`;
}
