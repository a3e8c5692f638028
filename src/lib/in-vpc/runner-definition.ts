import type { AwsAccess } from '../aws/clients.ts';
import { ecsChanges, type RegisterTaskDefinitionRequest } from '../aws/ecs-changes.ts';
import { logs } from '../aws/logs.ts';
import { secrets } from '../aws/secrets.ts';
import { GsysError } from '../errors.ts';
import type { Environment, Fleet } from '../fleet/fleet.ts';
import { runnerOf } from '../fleet/in-vpc.ts';
import { FLEET_TAG } from '../fleet/names.ts';
import { definitionDiff } from '../release/definition-diff.ts';
import { renderTemplate } from '../release/template.ts';

/** What a runner's task definition needs to know that the definition of the fleet cannot tell. */
export interface Resolved {
  image: string;
  operatorSecretArn: string;
  systemSecretArn: string;
}

/** Days. What was done is on record elsewhere; this is for whoever wonders what a command said. */
const RETENTION = 30;

/**
 * The revision to run, registered if it differs from the last one; and the log group that its tasks need.
 * @returns its ARN
 */
export async function runnerDefinition(fleet: Fleet, image: string, access: AwsAccess): Promise<string> {
  const { family, logGroup } = runnerOf(fleet);
  const changes = ecsChanges(access);
  const [identities, current] = await Promise.all([
    identitiesOf(fleet, access),
    changes.taskDefinition(family),
    logs(access).ensureGroup(logGroup, fleet.name, RETENTION),
  ]);
  const wanted = renderRunner(fleet, { image, ...identities });
  const same = current?.taskDefinitionArn !== undefined && definitionDiff(current, wanted).length === 0;
  return same ? (current.taskDefinitionArn as string) : await changes.register(wanted);
}

/** Pure, but for its template. @throws GsysError INVALID_DEFINITION */
export function renderRunner(fleet: Fleet, resolved: Resolved): RegisterTaskDefinitionRequest {
  const { environment } = fleet;
  const { family, container, logGroup, logStreamPrefix, template } = runnerOf(fleet);
  return renderTemplate(template, {
    ...resolved,
    ...{ family, logGroup, logStreamPrefix },
    containerName: container,
    cpuArchitecture: environment.image?.architecture === 'arm64' ? 'ARM64' : 'X86_64',
    executionRole: environment.roles.execution,
    taskRole: requireRole(environment),
    region: environment.region,
    tags: [{ key: FLEET_TAG, value: fleet.name }],
  }) as RegisterTaskDefinitionRequest;
}

/** The services' role may do nothing that gsys does. @throws GsysError INVALID_DEFINITION */
export function requireRole({ name, roles }: Environment): string {
  if (roles.runner !== undefined) return roles.runner;
  throw new GsysError('INVALID_DEFINITION', `environment ${name} has no role for the task of --in-vpc`, {
    next: `in gsys.yaml, environments.${name}.roles.runner: the ARN of a role that may do what you may`,
  });
}

async function identitiesOf(fleet: Fleet, access: AwsAccess): Promise<Omit<Resolved, 'image'>> {
  const { operatorSecret, systemSecret } = runnerOf(fleet);
  const known = secrets(access);
  const [operator, system] = await Promise.all([known.arn(operatorSecret), known.arn(systemSecret)]);
  if (operator !== undefined && system !== undefined)
    return { operatorSecretArn: operator, systemSecretArn: system };
  const lacking = [...(operator ? [] : [operatorSecret]), ...(system ? [] : [systemSecret])];
  throw new GsysError('AWS_CALL_FAILED', `Secrets Manager lacks ${lacking.join(' and ')}`, {
    next:
      fleet.environment.platform === 'embedded'
        ? 'gsys local up'
        : 'put the identity there as JSON of cert, key and ca, in PEM: the task of --in-vpc has no other',
  });
}
