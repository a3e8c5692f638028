import { SYSTEM } from '../fleet/identity.ts';
import { connectNats } from '../nats/connect.ts';
import { inboxPrefix } from '../nats/permissions.ts';
import { askServer, type Jsz, type Varz } from '../nats/system.ts';
import { askHttp } from './http-ask.ts';
import { ProbeFault } from './layer.ts';
import type { NodeTarget } from './target.ts';

/** Milliseconds, for each of connecting and asking. */
const TIMEOUT = 2000;

interface Answers {
  VARZ: Varz;
  JSZ: Jsz;
}

/**
 * What a node says of itself: through its client port as the system account, or by its monitoring port.
 * @returns undefined where there is no way to ask
 * @throws ConnectionFault, ProbeFault
 */
export async function nodeFacts<Kind extends keyof Answers>(
  target: NodeTarget,
  kind: Kind,
  signal: AbortSignal,
): Promise<Answers[Kind] | undefined> {
  const { system, host, port, monitorPort, belongings } = target;
  if (system !== undefined) {
    const to = { host, clientPort: port };
    const nc = await connectNats({
      to,
      ...system,
      inboxPrefix: inboxPrefix(SYSTEM),
      name: SYSTEM,
      timeout: TIMEOUT,
    });
    try {
      return await askServer(nc, kind, TIMEOUT);
    } finally {
      await nc.close();
    }
  }
  if (monitorPort === undefined) return undefined;
  const url = new URL(
    `http://${host.includes(':') ? `[${host}]` : host}:${monitorPort}/${kind.toLowerCase()}`,
  );
  const { status, body } = await askHttp({ url, belongings, signal });
  if (status === 200 && typeof body === 'object' && body !== null) return body as Answers[Kind];
  throw new ProbeFault('protocol', `${url.pathname} answers ${status}`);
}
