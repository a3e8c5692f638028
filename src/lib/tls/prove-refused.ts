import { GsysError } from '../errors.ts';
import { tryStranger } from '../nats/refusal.ts';
import type { KeyPair } from '../pki/authority.ts';
import { listenersOf } from './listeners.ts';
import type { TlsContext } from './steps.ts';

/**
 * Comes to both ports of every node with a certificate that must not be let in any more, as whomever.
 * @param who as a person calls it
 * @throws GsysError NOT_PROVEN where it is let in, ConnectionFault where a node could not be asked
 */
export async function proveRefused(
  pair: KeyPair,
  who: string,
  { fleet, tell }: TlsContext,
  ports: ('client' | 'route')[] = ['client', 'route'],
): Promise<void> {
  const { environment } = fleet;
  const listeners = listenersOf({ ...environment, redis: { ...environment.redis, endpoints: [] } });
  const tried = await Promise.all(
    listeners.flatMap(({ holder, listener, host, port }) =>
      listener === 'redis' || !ports.includes(listener)
        ? []
        : [
            tryStranger({ listener, host, port }, 'foreign certificate', pair).then((refusal) => ({
              ...{ holder: holder ?? host, listener },
              ...refusal,
            })),
          ],
    ),
  );
  const details = tried
    .filter(({ refused }) => !refused)
    .map(({ holder, listener, how }) => `${holder}, ${listener} port: ${how}`);
  if (details.length > 0)
    throw new GsysError('NOT_PROVEN', `${who} is still let in`, { details, next: 'gsys tls status' });
  for (const node of environment.nats.nodes)
    tell({ type: 'proved', holder: node.name, detail: `refuses ${who} on its ${ports.join(' and ')} port` });
}
