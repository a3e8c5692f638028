import { inBatches } from '../../aws/batches.ts';
import type { RegisterTaskDefinitionRequest, TaskDefinition } from '../../aws/ecs-changes.ts';
import type { Secrets } from '../../aws/secrets.ts';
import type { Lack } from '../plan.ts';

/** Names and ARNs of what ECS resolves for a task before it starts it. */
export function secretReferences({ containerDefinitions = [] }: TaskDefinition): string[] {
  return containerDefinitions
    .flatMap(({ secrets = [], logConfiguration }) => [...secrets, ...(logConfiguration?.secretOptions ?? [])])
    .flatMap(({ valueFrom }) => valueFrom ?? []);
}

/** Everything else is a parameter of Systems Manager. */
export function isInSecretsManager(reference: string): boolean {
  return /^arn:[^:]+:secretsmanager:/.test(reference);
}

/**
 * What templates refer to by themselves, beside the secrets that the definition names, and Secrets Manager does not
 * have; in the order of what was asked for.
 */
export async function missingSecrets(
  wanted: { wanted: RegisterTaskDefinitionRequest }[],
  known: { resolved: { tlsSecretArn: string; redisAuthSecretArn: string } }[],
  secrets: Pick<Secrets, 'arn'>,
): Promise<Lack[][]> {
  const resolved = new Set(
    known.flatMap(({ resolved: { tlsSecretArn, redisAuthSecretArn } }) => [tlsSecretArn, redisAuthSecretArn]),
  );
  const others = wanted.map((one) =>
    secretReferences(one.wanted).filter((name) => isInSecretsManager(name) && !resolved.has(name)),
  );
  const missing = await inBatches([...new Set(others.flat())], 1, async ([reference = '']) =>
    (await secrets.arn(secretOf(reference))) === undefined ? [reference] : [],
  );
  return others.map((references) =>
    references.filter((name) => missing.includes(name)).map((name) => ({ what: 'secret', name })),
  );
}

/** Behind the secret's ARN may stand a key of its JSON, a version stage and a version. */
function secretOf(reference: string): string {
  return reference.split(':').slice(0, 7).join(':');
}
