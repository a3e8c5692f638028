import { untilNobodyIs } from './await-connections.ts';
import type { TlsContext } from './steps.ts';

/** Milliseconds: a reload ends whoever is not mapped any more at once. */
const PATIENCE = 15_000;

/**
 * Waits until nobody is connected as this user to any node.
 * @throws GsysError NOT_PROVEN where somebody stays, or a node does not tell
 */
export async function endConnections(user: string, context: TlsContext): Promise<void> {
  const nodes = await untilNobodyIs(
    {
      is: (connection) => connection.user === user,
      describe: ({ node, cid, address }) => `${node}: connection ${cid} from ${address}`,
      patience: PATIENCE,
      message: `somebody is still connected as ${user}`,
      next: () => 'gsys tls apply-config --restart, then the same again',
    },
    context,
  );
  for (const { node } of nodes)
    context.tell({ type: 'proved', holder: node, detail: `nobody is connected as ${user}` });
}
