import type { Ecr, Repository } from '../../aws/ecr.ts';
import type { Fleet, Service } from '../../fleet/fleet.ts';
import { asTheyCome } from '../as-they-come.ts';

/** What has an image of its own: a service, or gsys itself. */
export type Pushable = Pick<Service, 'name' | 'ecsService' | 'repository'>;

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
  /** URI of every repository that there is now, by name. */
  uris: Map<string, string>;
  created: RepositoryCreated[];
}

const AT_ONCE = 4;

/** A repository for each of them: found, or made with tags that cannot be moved and images that are scanned. */
export async function prepareRepositories(
  fleet: Fleet,
  services: Pushable[],
  repositories: Ecr,
): Promise<Repositories> {
  const names = [...fleet.services, ...services].map(({ repository }) => repository);
  const known = await repositories.repositories(names);
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
