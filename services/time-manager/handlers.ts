import {
  GetTimeRequestSchema,
  GetTimeResponseSchema,
  ScheduleEventRequestSchema,
  ScheduleEventResponseSchema,
  SetTimeRequestSchema,
  SetTimeResponseSchema,
} from '../gen/time_manager_pb.js';
import { callbackOwner } from '../sdk/callback.ts';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import { idOf, invalid, jsonOf } from '../sdk/fields.ts';
import type { Records } from '../sdk/records.ts';
import { fromGameTime, toGameTime } from './calendar.ts';
import { type Clock, gameAt, rateAt, realAt, setClock, UNSET } from './clock.ts';
import type { WorldClock } from './look.ts';
import { type Schedule, scheduleId } from './schedule.ts';
import { clockKey, SCHEDULES, worldOf } from './worlds.ts';

/** Bytes of JSON. All tasks keep all schedules in mind, and as a message a payload may be several times as large. */
const MAX_PAYLOAD = 64 * 1024;

export function timeEndpoints(
  records: Records,
  now: () => number = () => Date.now(),
): Record<string, Endpoint> {
  const clockOf = async (world: string) => (await records.get<WorldClock>(clockKey(world))) ?? UNSET;

  return {
    get_time: endpoint(GetTimeRequestSchema, GetTimeResponseSchema, async ({ worldId }) => {
      const clock = await clockOf(worldOf(worldId));
      const realMs = now();
      return {
        gameTime: toGameTime(gameAt(clock, realMs)),
        realTimeMs: BigInt(realMs),
        timeScale: rateAt(clock, realMs),
      };
    }),

    set_time: endpoint(
      SetTimeRequestSchema,
      SetTimeResponseSchema,
      async ({ worldId, targetTime, gradual }, { key }) => {
        const world = worldOf(worldId);
        const target = fromGameTime(targetTime, 'target_time');
        const newMs = await records.change(clockKey(world), key, (current: Clock = UNSET) => {
          const realMs = now();
          const clock = setClock(current, target, gradual, realMs);
          return { next: { ...clock, world }, result: gameAt(clock, realMs) };
        });
        return { newTime: toGameTime(newMs) };
      },
    ),

    schedule_event: endpoint(
      ScheduleEventRequestSchema,
      ScheduleEventResponseSchema,
      async (request, { key }) => {
        const world = worldOf(request.worldId);
        const { callbackSubject: callback, recurring, recurrenceHours } = request;
        const eventId = idOf('event_id', request.eventId);
        const payload = jsonOf('payload', request.payload ?? {}, MAX_PAYLOAD);
        if (recurring ? recurrenceHours < 1 : recurrenceHours !== 0)
          throw invalid('recurring wants recurrence_hours of 1 or more, and the other way round.');
        const id = scheduleId(world, callbackOwner(callback), eventId);
        const due = fromGameTime(request.scheduledTime, 'scheduled_time');
        const clock = await clockOf(world);
        const schedule: Schedule = {
          ...{ id, world, eventId, callback, payload, due },
          ...(recurring && { everyHours: recurrenceHours }),
        };
        const triggerMs = await records.change<Schedule, number>(`${SCHEDULES}${id}`, key, () => {
          if (due <= gameAt(clock, now()))
            throw new ServiceError(Code.OUT_OF_RANGE, 'scheduled_time has passed in this world.');
          return { next: schedule, result: realAt(clock, due) };
        });
        return { scheduleId: id, realTriggerTimeMs: BigInt(triggerMs) };
      },
    ),
  };
}
