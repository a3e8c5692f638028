import { GsysError } from '../../errors.ts';
import type { Fleet, RedisNode } from '../../fleet/fleet.ts';
import { type BelongingFiles, readBelongings } from '../belongings.ts';
import type { Belongings, Target } from '../target.ts';

/** What a person has given us to probe with. */
export interface Means {
  /** Undefined: not needed, as everything is said in the URL. */
  fleet: Fleet | undefined;
  /** For a server that is named by a URL. */
  files: BelongingFiles;
  /** Come to it as the environment's operator. */
  asOperator: boolean;
}

/** @throws GsysError INVALID_DEFINITION when the environment is needed and there is none */
export function fleetOf({ fleet }: Means): Fleet {
  if (fleet === undefined) throw new Error('a name was to be looked up without a definition');
  return fleet;
}

/** What we come with to a server of the definition. Managed Redis and gateways have certificates of public authorities. */
export async function operatorBelongings(
  { environment }: Pick<Fleet, 'environment'>,
  publicToo: boolean,
): Promise<Belongings> {
  const { operator, name } = environment;
  const belongings = await readBelongings(operator ?? {}, publicToo);
  return operator === undefined
    ? { ...belongings, trouble: `environment ${name} names no operator identity` }
    : belongings;
}

/** What we come with to a server that a URL names. */
export async function givenBelongings(means: Means): Promise<Belongings> {
  if (means.asOperator) return await operatorBelongings(fleetOf(means), true);
  return await readBelongings(means.files, true);
}

export function oursIn({ environment }: Fleet): NonNullable<Target['ours']> {
  return { embedded: environment.platform === 'embedded' };
}

/** @param known what may be said instead */
export function unknownTarget(kind: string, name: string, known: string[]): GsysError {
  return new GsysError('UNKNOWN_TARGET', `there is no ${kind} ${name} in the definition, and it is no URL`, {
    details: known.length === 0 ? [] : [`known: ${known.join(', ')}`],
  });
}

export function isAt({ host, port }: RedisNode, named: string): boolean {
  return named === `${host}:${port}` || named === `[${host}]:${port}`;
}
