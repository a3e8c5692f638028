import { GsysError } from '../../errors.ts';
import type { Fleet, RedisNode } from '../../fleet/fleet.ts';
import { type BelongingFiles, readBelongings } from '../belongings.ts';
import type { Belongings, Target } from '../target.ts';
import { parseServerUrl, type Schemes } from './server-url.ts';

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

export function oursIn({ environment }: Fleet): NonNullable<Target['ours']> {
  return { embedded: environment.platform === 'embedded' };
}

export interface Known<Node> {
  name: string;
  at: RedisNode;
  node: Node;
}

/**
 * The one that is meant by its name or by HOST:PORT.
 * @throws GsysError UNKNOWN_TARGET
 */
export function nodeCalled<Node>(named: string, kind: string, known: Known<Node>[]): Node {
  const found = known.find(
    ({ name, at: { host, port } }) =>
      named === name || named === `${host}:${port}` || named === `[${host}]:${port}`,
  );
  if (found !== undefined) return found.node;
  throw unknownTarget(
    kind,
    known.map(({ name }) => name),
    named,
  );
}

/**
 * A server that a URL names: what every kind of them begins with, and what the URL says besides.
 * @throws GsysError USAGE
 */
export async function foreignServer(named: string, schemes: Schemes, means: Means) {
  const { name, host, port, tls, login, url } = parseServerUrl(named, schemes);
  const target = { name, host, port, tls, ours: undefined, belongings: await givenBelongings(means) };
  return { target, login, url };
}

/** What we come with to a server that a URL names. */
async function givenBelongings(means: Means): Promise<Belongings> {
  if (means.asOperator) return await operatorBelongings(fleetOf(means), true);
  return await readBelongings(means.files, true);
}

/** @param known what may be said instead */
function unknownTarget(kind: string, known: string[], name: string): GsysError {
  return new GsysError('UNKNOWN_TARGET', `there is no ${kind} ${name} in the definition, and it is no URL`, {
    details: known.length === 0 ? [] : [`known: ${known.join(', ')}`],
  });
}
