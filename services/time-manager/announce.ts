import type { Events } from '../sdk/events.ts';
import { type Bucket, safeKey } from '../sdk/kv.ts';
import { DAY_MS, type GameMs, HOUR_MS, toGameTime } from './calendar.ts';
import { gameAt } from './clock.ts';
import type { WorldClock } from './look.ts';
import { HOURS } from './worlds.ts';

/** The last hour that a world's clients were told of, counted like game time. */
interface Told {
  generation: number;
  hour: number;
}

/**
 * Tells of the hours and days of worlds that somebody has set, each once. All tasks try: the stream takes one event
 * with an id, and the bucket remembers for those who come later than the stream does.
 */
export function announcer(bucket: Bucket, events: Events) {
  /** What this task knows to be told, so that it asks once an hour and not at every tick. */
  const known = new Map<string, string>();

  return async (clock: WorldClock, realMs: number): Promise<void> => {
    const { world, generation } = clock;
    const game = gameAt(clock, realMs);
    const hour = Math.floor(game / HOUR_MS);
    const present = `${generation}.${hour}`;
    if (known.get(world) === present) return;
    const key = `${HOURS}${safeKey(world)}`;
    const told = await bucket.get<Told>(key);
    if (!isLater({ generation, hour }, told)) return void known.set(world, present);
    if (hour !== told?.hour) await publish(events, 'hour', clock, hour, hour * HOUR_MS);
    const day = Math.floor(game / DAY_MS);
    if (told === undefined || day !== Math.floor((told.hour * HOUR_MS) / DAY_MS))
      await publish(events, 'day', clock, day, day * DAY_MS);
    await bucket.update<Told>(key, (before) =>
      isLater({ generation, hour }, before) ? { generation, hour } : undefined,
    );
    known.set(world, present);
  };
}

/** A clock that was set back is later all the same. */
function isLater(present: Told, told: Told | undefined): boolean {
  if (told === undefined || present.generation > told.generation) return true;
  return present.generation === told.generation && present.hour > told.hour;
}

async function publish(
  events: Events,
  what: 'hour' | 'day',
  { world, generation }: WorldClock,
  count: number,
  begin: GameMs,
): Promise<void> {
  await events.publish(`evt.time.${what}.changed.v1`, {
    id: `time.${what}.${world}.${generation}.${count}`,
    payload: { world_id: world, game_time: { ...toGameTime(begin) } as Record<string, string | number> },
    metadata: { world_id: world },
  });
}
