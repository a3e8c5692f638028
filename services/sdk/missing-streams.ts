import type { NatsConnection } from 'nats';
import type { Definition } from './definition.ts';
import type { Logger } from './log.ts';

/**
 * Says which of a service's events no stream holds. They would be lost one by one, each with a line of its own;
 * the service answers requests all the same, because a stream that is gone must not make ECS replace tasks.
 */
export async function reportMissingStreams(
  connection: NatsConnection,
  { publishes = [] }: Definition,
  log: Logger,
): Promise<void> {
  const events = publishes.filter((subject) => subject.startsWith('evt.') && !subject.endsWith('.>'));
  if (events.length === 0) return;
  try {
    const { streams } = await connection.jetstreamManager({ checkAPI: false });
    for (const subject of events) {
      const held = await streams.find(subject).then(
        () => true,
        () => false,
      );
      if (!held) log.error({ subject }, 'no stream holds these events: gsys streams apply');
    }
  } catch (error) {
    log.warn({ err: error }, 'cannot tell whether streams hold the events');
  }
}
