import type { NatsConnection } from 'nats';
import type { Environment, NatsNode } from '../../fleet/fleet.ts';
import { type NatsSessions, natsSessions } from '../../nats/sessions.ts';

/** Sessions for whoever asks for hours: one that was lost, or never came to be, is opened anew when it is asked for again. */
export function keepSessions(environment: Pick<Environment, 'operator'>): NatsSessions {
  const open = new Map<string, NatsSessions>();
  const forget = (key: string) => {
    void open.get(key)?.close();
    open.delete(key);
  };
  const session = async (holder: 'operator' | 'system', node: NatsNode): Promise<NatsConnection> => {
    const key = `${holder}@${node.name}`;
    const kept = open.get(key) ?? natsSessions(environment);
    open.set(key, kept);
    try {
      const connection = await kept[holder](node);
      if (!connection.isClosed()) return connection;
    } catch (error) {
      forget(key);
      throw error;
    }
    forget(key);
    return await session(holder, node);
  };
  return {
    operator: (node) => session('operator', node),
    system: (node) => session('system', node),
    close: async () => {
      await Promise.allSettled([...open.values()].map((kept) => kept.close()));
      open.clear();
    },
  };
}
