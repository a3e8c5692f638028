import type { Fleet } from '../../lib/fleet/fleet.ts';
import { OPERATOR, SYSTEM, tlsSecretName } from '../../lib/fleet/identity.ts';
import { bundleText, parseBundle } from '../../lib/pki/bundle.ts';
import type { PlatformAuthority } from '../authority.ts';
import type { SecretsManager } from '../aws/secrets-manager/secrets-manager.ts';
import type { Caller } from '../aws/service.ts';
import { ensureBundle } from '../certificates.ts';

export interface Seeds {
  fleet: Pick<Fleet, 'name' | 'services' | 'environment' | 'generations'>;
  authority: PlatformAuthority;
  redisPassword: string;
}

/**
 * Puts into Secrets Manager what tasks need from it: a certificate bundle for every service and for gsys, and the Redis
 * token.
 * What is there and good stays; what is missing or due gets a new version.
 */
export async function seedSecrets(secrets: SecretsManager, seeds: Seeds, now: Date): Promise<void> {
  const { fleet, authority, redisPassword } = seeds;
  const { name, environment } = fleet;
  // gsys itself needs its identities where it runs as a task.
  const gsys = [OPERATOR, SYSTEM].map((holder) => {
    return { name: holder, tlsSecret: tlsSecretName(name, environment.name, holder) };
  });
  const bundles = [...fleet.services, ...gsys].map(async ({ name: service, tlsSecret }) => {
    // One that somebody damaged is as good as none.
    const kept = parseBundle(current(secrets, tlsSecret));
    const bundle = await ensureBundle(kept, fleet, service, authority, now);
    if (bundle !== kept) await put(secrets, tlsSecret, bundleText(bundle), environment.region);
  });
  await Promise.all(bundles);
  const { authSecret } = environment.redis;
  if (authSecret !== undefined && current(secrets, authSecret) !== redisPassword)
    await put(secrets, authSecret, redisPassword, environment.region);
}

function current(secrets: SecretsManager, name: string): string | undefined {
  try {
    return secrets.value(name, {});
  } catch {
    return undefined;
  }
}

async function put(secrets: SecretsManager, name: string, value: string, region: string): Promise<void> {
  const caller: Caller = { accessKeyId: 'gsys', region };
  const { CreateSecret, PutSecretValue } = secrets.service.operations;
  const exists = current(secrets, name) !== undefined;
  if (exists) await PutSecretValue?.({ SecretId: name, SecretString: value }, caller);
  else await CreateSecret?.({ Name: name, SecretString: value }, caller);
}
