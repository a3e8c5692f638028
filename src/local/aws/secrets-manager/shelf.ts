import type { Collection } from '../../store.ts';
import { AwsError } from '../service.ts';
import { findSecret, notFound, type Secret } from './secret.ts';

/** The secrets, as operations look for them. */
export interface Shelf {
  all(): Secret[];
  /** Scheduled for deletion or not. */
  find(id: string | undefined): Secret | undefined;
  /** Exists and may be used; throws the service's error otherwise. */
  get(id: string | undefined): Secret;
  put(secret: Secret): Promise<void>;
  remove(secret: Secret): Promise<void>;
}

export function openShelf(secrets: Collection<Secret>, clock: () => number): Shelf {
  /** A secret whose recovery window is over is gone, whoever notices first. */
  const all = () => {
    for (const secret of secrets.values())
      if (secret.goneAt !== undefined && secret.goneAt <= clock()) secrets.delete(secret.name);
    return secrets.values();
  };
  const find = (id: string | undefined) => findSecret(all(), id ?? '');
  return {
    all,
    find,
    get(id) {
      const secret = find(id);
      if (!secret) throw notFound();
      if (secret.deletedAt !== undefined)
        throw new AwsError(
          'InvalidRequestException',
          "You can't perform this operation on the secret because it was marked for deletion.",
        );
      return secret;
    },
    put: (secret) => secrets.put(secret.name, secret),
    remove: (secret) => secrets.remove(secret.name),
  };
}
