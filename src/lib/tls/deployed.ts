import path from 'node:path';
import type { Secrets } from '../aws/secrets.ts';
import { GsysError, messageOf } from '../errors.ts';
import type { Fleet, KeyPairFiles, NatsNode } from '../fleet/fleet.ts';
import { OPERATOR, tlsSecretName } from '../fleet/identity.ts';
import { parseBundle } from '../pki/bundle.ts';
import { readIfThere } from '../pki/files.ts';
import { isPair, isReadable } from '../pki/inspect.ts';
import { type Holder, serverFolder } from './holders.ts';
import type { NodeMachine } from './node/node-machine.ts';

/** What lies where a holder takes its certificate from. That somebody has loaded it is another fact. */
export type Deployed =
  /** `ca`: of those that bring their own trust bundle. */
  | { state: 'there'; where: string; cert: string; fits: boolean; ca?: string }
  | { state: 'absent'; where: string }
  | { state: 'damaged'; where: string; why: string }
  /** Somebody would have told, and did not. */
  | { state: 'unreachable'; where: string; why: string }
  /** It lies where this command does not look. */
  | { state: 'not looked at'; why: string };

/** @throws GsysError when Secrets Manager does not answer */
export async function deployedOf(
  { name, kind }: Holder,
  fleet: Fleet,
  secrets: Pick<Secrets, 'value'>,
): Promise<Deployed> {
  const { environment } = fleet;
  if (kind === 'service') {
    const secret = tlsSecretName(fleet.name, environment.name, name);
    return pairIn(await secrets.value(secret), `secret ${secret}`);
  }
  if (kind === 'operator') {
    const { operator } = environment;
    if (operator === undefined)
      return { state: 'absent', where: `environments.${environment.name}.operator of gsys.yaml` };
    return await pairAt(name === OPERATOR ? operator : operator.system);
  }
  const folder = serverFolder(environment, name);
  if (folder === undefined) return { state: 'not looked at', why: 'its files are on the node' };
  const found = await pairAt({ cert: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem') });
  const ca = await readIfThere(path.join(folder, 'ca.pem'));
  return found.state === 'there' && ca !== undefined ? { ...found, ca } : found;
}

/** The same of a node whose files are on another machine, as that machine tells. */
export async function deployedOnNode(
  node: NatsNode,
  machine: Pick<NodeMachine, 'look'>,
  signal: AbortSignal | undefined,
): Promise<Deployed> {
  const where = `${path.posix.join(node.folder, 'tls', 'cert.pem')} of ${node.host}`;
  try {
    const { cert, ca, fits } = await machine.look(node);
    if (cert === undefined) return { state: 'absent', where };
    if (!isReadable(cert)) return { state: 'damaged', where, why: NO_CERTIFICATE };
    return { state: 'there', where, cert, fits, ...(ca !== undefined && { ca }) };
  } catch (error) {
    signal?.throwIfAborted();
    const next = error instanceof GsysError ? error.next : undefined;
    return { state: 'unreachable', where, why: [messageOf(error), ...(next ? [next] : [])].join('; ') };
  }
}

function pairIn(text: string | undefined, where: string): Deployed {
  if (text === undefined) return { state: 'absent', where };
  const bundle = parseBundle(text);
  if (bundle === undefined) return { state: 'damaged', where, why: 'it is no JSON with cert, key and ca' };
  const found = pair(bundle.cert, bundle.key, where);
  return found.state === 'there' ? { ...found, ca: bundle.ca } : found;
}

async function pairAt(files: KeyPairFiles): Promise<Deployed> {
  const [cert, key] = await Promise.all([readIfThere(files.cert), readIfThere(files.key)]);
  if (cert === undefined || key === undefined)
    return { state: 'absent', where: cert === undefined ? files.cert : files.key };
  return pair(cert, key, files.cert);
}

const NO_CERTIFICATE = 'there is no certificate in it';

function pair(cert: string, key: string, where: string): Deployed {
  if (!isReadable(cert)) return { state: 'damaged', where, why: NO_CERTIFICATE };
  return { state: 'there', where, cert, fits: isPair(cert, key) };
}
