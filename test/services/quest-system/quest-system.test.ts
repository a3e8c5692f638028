import { fromBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Error_Code } from '../../../services/gen/common_pb.js';
import { GameEventSchema } from '../../../services/gen/event_bus_pb.js';
import {
  Difficulty,
  QuestGenerationRequestSchema,
  QuestGenerationResponseSchema,
} from '../../../services/gen/quest_pb.js';
import { questSystemParts } from '../../../services/quest-system/parts.ts';
import { type Lab, startLab } from '../helpers/lab.ts';
import { itWithstandsNonsense } from '../helpers/nonsense.ts';
import type { Task } from '../helpers/task.ts';

let lab: Lab;
let tasks: Task[];
const start = () => lab.start('quest-system', questSystemParts);
beforeAll(async () => {
  lab = await startLab(['quest-system']);
  const { streams } = await lab.operator.jetstreamManager();
  await streams.add({ name: 'GAME_EVENTS', subjects: ['evt.quest.>'], num_replicas: 3 });
  tasks = await Promise.all([start(), start()]);
});
afterAll(() => lab?.stop());

const generate = (init: MessageInitShape<typeof QuestGenerationRequestSchema>) =>
  lab.ask('svc.quest.v1.generate', QuestGenerationRequestSchema, QuestGenerationResponseSchema, {
    ...{ playerId: 'p', difficulty: Difficulty.NORMAL },
    ...init,
  });
const events = async () => {
  const { streams } = await lab.operator.jetstreamManager();
  return (await streams.info('GAME_EVENTS')).state.messages;
};

it('makes the same quest in every task, and in those that come after them', async () => {
  const wish = { seed: 12n, context: { level: 9, enemies: ['lich'] } };
  const first = await generate(wish);
  expect(first.quest).toMatchObject({ difficulty: Difficulty.NORMAL });
  expect(first.quest?.objectives.length).toBeGreaterThan(1);
  const again = await Promise.all(Array.from({ length: 20 }, () => generate(wish)));
  await Promise.all(tasks.map((task) => task.stop()));
  tasks = await Promise.all([start(), start()]);
  again.push(await generate(wish));
  expect(new Set(again.map((one) => JSON.stringify(one.quest)))).toEqual(
    new Set([JSON.stringify(first.quest)]),
  );
});

it('takes an absent seed for zero, and another seed for another quest', async () => {
  const ids = [
    await generate({}),
    await generate({ seed: 0n }),
    await generate({ seed: 2n ** 64n - 1n }),
  ].map(({ quest }) => quest?.questId);
  expect(ids[1]).toBe(ids[0]);
  expect(ids[2]).not.toBe(ids[0]);
});

it('tells of a quest once, and of a look never', async () => {
  const before = await events();
  await generate({ seed: 100n, dryRun: true });
  expect(await events()).toBe(before);
  const { quest } = await generate({ seed: 100n });
  await generate({ seed: 100n });
  expect(await events()).toBe(before + 1);
  const { streams } = await lab.operator.jetstreamManager();
  const stored = await streams.getMessage('GAME_EVENTS', { last_by_subj: 'evt.quest.generated.v1' });
  expect(fromBinary(GameEventSchema, stored.data)).toMatchObject({
    eventId: quest?.questId,
    payload: { player_id: 'p', tags: quest?.tags },
  });
});

it('answers a thousand at once, each with its own quest, or refuses because that is too many', async () => {
  const replies = await Promise.all(
    Array.from({ length: 1000 }, (_, i) =>
      generate({ seed: BigInt(i), dryRun: true }).catch(() => undefined),
    ),
  );
  const failures = new Set(replies.flatMap((reply) => (reply?.error ? [reply.error.code] : [])));
  expect([Error_Code.RESOURCE_EXHAUSTED]).toEqual(expect.arrayContaining([...failures]));
  const ids = replies.flatMap((reply) => reply?.quest?.questId ?? []);
  expect(new Set(ids).size).toBe(ids.length);
});

it('makes no quest for another player than the one who asks', async () => {
  const meta = { userId: 'q' };
  expect((await generate({ meta, dryRun: true })).error?.code).toBe(Error_Code.PERMISSION_DENIED);
  expect((await generate({ meta, dryRun: true, playerId: 'q' })).error).toBeUndefined();
});

it.each<[string, MessageInitShape<typeof QuestGenerationRequestSchema>, RegExp]>([
  ['no player', { playerId: '' }, /player_id/],
  ['a player id beyond all measure', { playerId: 'x'.repeat(129) }, /player_id/],
  ['no difficulty', { difficulty: Difficulty.UNSPECIFIED }, /difficulty must be/],
  ['an unknown difficulty', { difficulty: 9 as Difficulty }, /difficulty must be/],
  ['a context of other types', { context: { level: 'nine' } }, /context\.level/],
  ['a level that is no number', { context: { level: Number.NaN } }, /context\.level/],
])('refuses %s as INVALID_ARGUMENT', async (_, init, message) => {
  const { error } = await generate(init);
  expect(error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  expect(error?.message).toMatch(message);
});

describe('whatever comes, quest-system', () => itWithstandsNonsense('quest-system', () => lab));
