import type { Ecr, Repository } from '../../aws/ecr.ts';
import type { Fleet, Service } from '../../fleet/fleet.ts';
import { asTheyCome } from '../as-they-come.ts';

export interface RepositoryCreated {
  type: 'created';
  service: string;
  ecsService: string;
  repository: string;
  uri: string;
}

export interface Repositories {
  /** Those that were there before. */
  known: Map<string, Repository>;
  /** URI of every service's repository, by name. */
  uris: Map<string, string>;
  created: RepositoryCreated[];
}

const AT_ONCE = 4;

/** A repository for each service: found, or made with tags that cannot be moved and images that are scanned. */
export async function prepareRepositories(
  fleet: Fleet,
  services: Service[],
  repositories: Ecr,
): Promise<Repositories> {
  const known = await repositories.repositories(fleet.services.map(({ repository }) => repository));
  const uris = new Map([...known].map(([name, { uri }]) => [name, uri]));
  const missing = services.filter(({ repository }) => !known.has(repository));
  const created: RepositoryCreated[] = [];
  const making = asTheyCome(missing, AT_ONCE, async ({ name, ecsService, repository }) => {
    const uri = await repositories.createRepository(repository, fleet.name);
    return { type: 'created' as const, service: name, ecsService, repository, uri };
  });
  for await (const made of making) {
    uris.set(made.repository, made.uri);
    created.push(made);
  }
  return { known, uris, created };
}
