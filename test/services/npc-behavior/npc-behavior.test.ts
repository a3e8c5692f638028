import { fromBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Error_Code } from '../../../services/gen/common_pb.js';
import { GameEventSchema } from '../../../services/gen/event_bus_pb.js';
import { BehaviorRequestSchema, BehaviorResponseSchema } from '../../../services/gen/npc_behavior_pb.js';
import { npcBehaviorParts } from '../../../services/npc-behavior/parts.ts';
import { type Lab, startLab } from '../helpers/lab.ts';
import { itWithstandsNonsense } from '../helpers/nonsense.ts';
import type { Task } from '../helpers/task.ts';

let lab: Lab;
let tasks: Task[];
const start = () => lab.start('npc-behavior', npcBehaviorParts);
beforeAll(async () => {
  lab = await startLab(['npc-behavior']);
  const { streams } = await lab.operator.jetstreamManager();
  await streams.add({ name: 'GAME_EVENTS', subjects: ['evt.npc.>'], num_replicas: 3 });
  tasks = await Promise.all([start(), start()]);
});
afterAll(() => lab?.stop());

const plan = (init: MessageInitShape<typeof BehaviorRequestSchema>) =>
  lab.ask('svc.npc.behavior.v1.plan', BehaviorRequestSchema, BehaviorResponseSchema, {
    npcId: 'orc',
    ...init,
  });
const HUNGRY = { situation: { hunger: 1, gold: 3 }, worldState: { places: { market: 40, forest: 400 } } };

it('plans from what it is told, the same in every task and in those that come after them', async () => {
  const first = await plan(HUNGRY);
  expect(first.actions).toMatchObject([
    { type: 'move', params: { to: 'market', meters: 40 } },
    { type: 'buy', params: { item: 'food', gold: 2 } },
    { type: 'eat' },
  ]);
  const again = await Promise.all(Array.from({ length: 20 }, () => plan(HUNGRY)));
  await Promise.all(tasks.map((task) => task.stop()));
  tasks = await Promise.all([start(), start()]);
  again.push(await plan(HUNGRY));
  const text = ({ planId, actions }: typeof first) => JSON.stringify([planId, actions]);
  expect(new Set(again.map(text))).toEqual(new Set([text(first)]));
});

it('has another id for another character, situation or world, and the same for what does not count', async () => {
  const others = [
    { ...HUNGRY, npcId: 'elf' },
    { ...HUNGRY, situation: { hunger: 1, gold: 4 } },
    { ...HUNGRY, worldState: { hour: 3 } },
  ];
  const { planId } = await plan(HUNGRY);
  const ids = (await Promise.all(others.map(plan))).map((one) => one.planId);
  expect(new Set([planId, ...ids]).size).toBe(4);
  const same = { ...HUNGRY, situation: { mood: 'fine', gold: 3, hunger: 1 } };
  expect((await plan(same)).planId).toBe(planId);
});

it('tells of a plan once, and of a look never', async () => {
  const { streams } = await lab.operator.jetstreamManager();
  const count = async () => (await streams.info('GAME_EVENTS')).state.messages;
  const before = await count();
  await plan({ npcId: 'told', dryRun: true });
  expect(await count()).toBe(before);
  const { planId } = await plan({ npcId: 'told' });
  await plan({ npcId: 'told' });
  expect(await count()).toBe(before + 1);
  const stored = await streams.getMessage('GAME_EVENTS', { last_by_subj: 'evt.npc.behavior.planned.v1' });
  expect(fromBinary(GameEventSchema, stored.data)).toMatchObject({
    eventId: planId,
    payload: { npc_id: 'told', goal: 'wait', actions: ['wait'] },
  });
});

it.each<[string, MessageInitShape<typeof BehaviorRequestSchema>, RegExp]>([
  ['no character', { npcId: '' }, /npc_id/],
  ['an id beyond all measure', { npcId: 'x'.repeat(129) }, /npc_id/],
  ['health that is no number', { situation: { health: Number.NaN } }, /situation\.health/],
  ['a world of another type', { worldState: { hour: 'noon' } }, /world_state\.hour/],
])('refuses %s as INVALID_ARGUMENT', async (_, init, message) => {
  const { error } = await plan(init);
  expect(error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  expect(error?.message).toMatch(message);
});

describe('whatever comes, npc-behavior', () => itWithstandsNonsense('npc-behavior', () => lab));
