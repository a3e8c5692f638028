import { fromBinary } from '@bufbuild/protobuf';
import { type GameEvent, GameEventSchema } from '../../../services/gen/event_bus_pb.js';
import type { Lab } from './lab.ts';

/** The events that a stream took while something was done, in their order. */
export async function eventsDuring(
  { operator }: Lab,
  stream: string,
  work: () => Promise<unknown>,
): Promise<GameEvent[]> {
  const { streams } = await operator.jetstreamManager();
  const last = async () => (await streams.info(stream)).state.last_seq;
  const before = await last();
  await work();
  const events: GameEvent[] = [];
  for (let seq = before + 1; seq <= (await last()); seq++)
    events.push(fromBinary(GameEventSchema, (await streams.getMessage(stream, { seq })).data));
  return events;
}
