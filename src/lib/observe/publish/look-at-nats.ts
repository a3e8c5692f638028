import type { Fleet, NatsNode } from '../../fleet/fleet.ts';
import { NATS_TIMEOUT, type NatsSessions } from '../../nats/sessions.ts';
import { askServer } from '../../nats/system.ts';
import { deadLetterStream } from '../dead-letters/stream.ts';
import type { NatsFacts } from './raw.ts';
import { type Seen, seen } from './seen.ts';

/** What each node says of itself in the system account. */
export async function lookAtNats(fleet: Fleet, sessions: NatsSessions): Promise<Seen<NatsFacts>[]> {
  const letters = deadLetterStream(fleet);
  return await Promise.all(
    fleet.environment.nats.nodes.map((node) =>
      seen(node.name, () => factsOf(node, sessions, { account: fleet.nats.accounts.fleet, letters })),
    ),
  );
}

async function factsOf(
  node: NatsNode,
  sessions: NatsSessions,
  { account, letters }: { account: string; letters: string | undefined },
): Promise<NatsFacts> {
  const system = await sessions.system(node);
  const [{ routes = [] }, jsz] = await Promise.all([
    askServer(system, 'ROUTEZ', NATS_TIMEOUT),
    askServer(system, 'JSZ', NATS_TIMEOUT, { accounts: true, streams: true, config: true }),
  ]);
  const { storage, config } = jsz;
  if (storage === undefined || config === undefined || config.max_storage <= 0)
    throw new Error('has no JetStream that could store anything');
  const own = jsz.account_details?.find(({ name }) => name === account);
  const stream = own?.stream_detail?.find(({ config: { name } }) => name === letters);
  return {
    peers: new Set(routes.map(({ remote_id }) => remote_id)).size,
    stored: (storage / config.max_storage) * 100,
    letters: stream?.state.messages,
  };
}
