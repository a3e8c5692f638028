import { fromBinary, type JsonObject, type MessageInitShape } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventBusParts } from '../../../services/event-bus/parts.ts';
import { Error_Code } from '../../../services/gen/common_pb.js';
import { GameEventSchema } from '../../../services/gen/event_bus_pb.js';
import {
  CancelRequestSchema,
  CancelResponseSchema,
  ExecuteWorkflowRequestSchema,
  ExecuteWorkflowResponseSchema,
  GetStatusRequestSchema,
  GetStatusResponseSchema,
  StepStatus,
  WorkflowStatus,
} from '../../../services/gen/orchestration_pb.js';
import { GetRequestSchema, GetResponseSchema } from '../../../services/gen/settings_pb.js';
import { GetStateRequestSchema, GetStateResponseSchema } from '../../../services/gen/state_manager_pb.js';
import { orchestrationParts } from '../../../services/orchestration/parts.ts';
import { routerParts } from '../../../services/router/parts.ts';
import { settingsParts } from '../../../services/settings/parts.ts';
import { stateManagerParts } from '../../../services/state-manager/parts.ts';
import { until } from '../../support/until.ts';
import { type Lab, startLab } from '../helpers/lab.ts';
import { itWithstandsNonsense } from '../helpers/nonsense.ts';
import type { Task } from '../helpers/task.ts';

let lab: Lab;
let tasks: Task[];
const start = () => lab.start('orchestration', orchestrationParts());
beforeAll(async () => {
  lab = await startLab(['orchestration', 'state-manager', 'settings', 'event-bus', 'router']);
  const { streams } = await lab.operator.jetstreamManager();
  for (const [name, subject] of [
    ['GAME_EVENTS', 'evt.state.>'],
    ['SYSTEM_EVENTS', 'evt.settings.>'],
    ['ORCHESTRATION_WORK', 'evt.orchestration.>'],
  ] as const)
    await streams.add({ name, subjects: [subject], num_replicas: 3 });
  await Promise.all([
    lab.start('state-manager', stateManagerParts),
    lab.start('settings', settingsParts),
    lab.start('event-bus', eventBusParts),
    lab.start('router', routerParts()),
  ]);
  tasks = await Promise.all([start(), start()]);
});
afterAll(() => lab?.stop());

const execute = (init: MessageInitShape<typeof ExecuteWorkflowRequestSchema>) =>
  lab.ask(
    'svc.orchestration.v1.execute_workflow',
    ExecuteWorkflowRequestSchema,
    ExecuteWorkflowResponseSchema,
    init,
  );
const status = (init: MessageInitShape<typeof GetStatusRequestSchema>) =>
  lab.ask('svc.orchestration.v1.get_status', GetStatusRequestSchema, GetStatusResponseSchema, init);
const cancel = (init: MessageInitShape<typeof CancelRequestSchema>) =>
  lab.ask('svc.orchestration.v1.cancel', CancelRequestSchema, CancelResponseSchema, init);
const newPlayer = (playerId: string, more: JsonObject = {}, idempotencyKey = '', userId = '') =>
  execute({
    ...{ workflowId: 'new-player', parameters: { player_id: playerId, ...more } },
    meta: { idempotencyKey, userId },
  });
/** When it is over, however long its first reply has waited. */
const over = (executionId: string, userId = '') =>
  until('it to be over', async () => {
    const found = await status({ executionId, meta: { userId } });
    const going = [WorkflowStatus.RUNNING, WorkflowStatus.COMPENSATING, WorkflowStatus.UNSPECIFIED];
    return !going.includes(found.status) && found;
  });
const stateOf = (playerId: string) =>
  lab.ask('svc.state.manager.v1.get', GetStateRequestSchema, GetStateResponseSchema, {
    target: { case: 'playerId', value: playerId },
  });
const languageOf = async (playerId: string) => {
  const { settings } = await lab.ask('svc.settings.v1.get', GetRequestSchema, GetResponseSchema, {
    ...{ playerId, settingKeys: ['language'] },
  });
  return settings[0]?.value?.kind.value;
};
const short = (steps: { stepId: string; status: StepStatus }[]) =>
  steps.map((step) => `${step.stepId} ${StepStatus[step.status]}`);

/** What the stream holds of an execution, in its order. */
async function toldOf(executionId: string): Promise<string[]> {
  const { streams } = await lab.operator.jetstreamManager();
  const { state } = await streams.info('ORCHESTRATION_WORK');
  const found: string[] = [];
  for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq++) {
    const { subject, data } = await streams.getMessage('ORCHESTRATION_WORK', { seq });
    const { payload } = fromBinary(GameEventSchema, data);
    if (payload?.execution_id === executionId)
      found.push(`${subject.split('.')[3]} ${payload.status ?? ''}`.trim());
  }
  return found;
}

describe('a workflow', () => {
  it('does everything that it says, in services that really do it', async () => {
    const { executionId, error } = await newPlayer('ada', { language: 'pl', difficulty: 'hard' });
    expect(error).toBeUndefined();
    const last = await over(executionId);
    expect(last).toMatchObject({
      ...{ workflowId: 'new-player', status: WorkflowStatus.COMPLETED, progressPercentage: 100 },
    });
    expect(short(last.steps)).toEqual(['state COMPLETED', 'preferences COMPLETED', 'news COMPLETED']);
    expect(last.steps[0]).toMatchObject({
      ...{ service: 'state-manager', operation: 'svc.state.manager.v1.update', errorMessage: '' },
      result: { ok: true, newVersion: '1' },
    });
    for (const { startedAtMs = 0n, completedAtMs = 0n } of last.steps)
      expect(startedAtMs > 0n && completedAtMs >= startedAtMs).toBe(true);
    expect(await stateOf('ada')).toMatchObject({ state: { level: 1 }, version: 1n });
    expect(await languageOf('ada')).toBe('pl');
    const { streams } = await lab.operator.jetstreamManager();
    const news = await streams.getMessage('GAME_EVENTS', { last_by_subj: 'evt.state.player.created.v1' });
    expect(fromBinary(GameEventSchema, news.data).payload).toEqual({ player_id: 'ada', language: 'pl' });
    await until('both events', async () => (await toldOf(executionId)).length >= 2);
    expect(await toldOf(executionId)).toEqual(['started', 'completed completed']);
  });

  it('that fails takes back what it has done', async () => {
    const { executionId } = await newPlayer('bob', { language: 'xx' });
    const last = await over(executionId);
    expect(last.status).toBe(WorkflowStatus.FAILED);
    expect(short(last.steps)).toEqual(['state COMPENSATED', 'preferences FAILED', 'news PENDING']);
    expect(last.steps[1]?.errorMessage).toContain('language must be one of');
    expect((await stateOf('bob')).error?.code).toBe(Error_Code.NOT_FOUND);
    await until('both events', async () => (await toldOf(executionId)).length >= 2);
    expect(await toldOf(executionId)).toEqual(['started', 'completed failed']);
  });

  it('leaves alone what was there before', async () => {
    await over((await newPlayer('eve', { language: 'de' })).executionId);
    const last = await over((await newPlayer('eve', { language: 'fr' })).executionId);
    expect(short(last.steps)).toEqual(['state FAILED', 'preferences PENDING', 'news PENDING']);
    expect(last.steps[0]?.errorMessage).toBe('There is a state already, in version 1.');
    expect(await stateOf('eve')).toMatchObject({ version: 1n });
    expect(await languageOf('eve')).toBe('de');
  });

  it('is one, however often and through whichever task it is asked for under one key', async () => {
    const replies = await Promise.all(Array.from({ length: 8 }, () => newPlayer('kim', {}, 'key-1')));
    const begun = replies.filter(({ error }) => error?.code !== Error_Code.ABORTED);
    const [id, ...others] = new Set(begun.map(({ executionId }) => executionId));
    expect(others).toEqual([]);
    expect((await over(id ?? '')).status).toBe(WorkflowStatus.COMPLETED);
    const again = await newPlayer('kim', {}, 'key-1');
    expect(again).toMatchObject({ executionId: id, status: WorkflowStatus.COMPLETED });
    expect(short(again.steps)).toHaveLength(3);
    expect((await newPlayer('tim', {}, 'key-1')).error?.code).toBe(Error_Code.CONFLICT);
    expect((await newPlayer('tom', {}, 'key-1', 'somebody-else')).executionId).not.toBe(id);
    await until('both events', async () => (await toldOf(id ?? '')).length >= 2);
    expect(await toldOf(id ?? '')).toEqual(['started', 'completed completed']);
  });

  it('of a player is nobody else’s to see or to end', async () => {
    const { executionId } = await newPlayer('zoe', {}, '', 'user-zoe');
    await over(executionId, 'user-zoe');
    expect((await status({ executionId })).error).toBeUndefined();
    const meta = { userId: 'user-eve' };
    expect((await status({ executionId, meta })).error?.code).toBe(Error_Code.NOT_FOUND);
    expect((await cancel({ executionId, meta })).error?.code).toBe(Error_Code.NOT_FOUND);
  });

  it('that concerns everybody is for no player to begin', async () => {
    const storm = { workflowId: 'storm', parameters: { world_id: 'w', zone_id: 'z' } };
    const { error } = await execute({ ...storm, meta: { userId: 'user-eve' } });
    expect(error?.code).toBe(Error_Code.PERMISSION_DENIED);
    // A service may; this fleet has no weather.
    expect((await execute(storm)).error?.code).toBe(Error_Code.FAILED_PRECONDITION);
  });

  it('that is over cannot be cancelled', async () => {
    const { executionId } = await newPlayer('ian');
    await over(executionId);
    expect(await cancel({ executionId })).toMatchObject({
      ...{ success: false, finalStatus: WorkflowStatus.COMPLETED },
    });
    expect((await stateOf('ian')).version).toBe(1n);
  });

  it('begins only when the services that it requires were seen to be healthy', async () => {
    const ask = (requiredServices: string[], playerId = 'lea') =>
      execute({ workflowId: 'new-player', parameters: { player_id: playerId }, requiredServices });
    await until('the settings to be seen', async () => !(await ask(['settings'], 'max')).error);
    const { error } = await ask(['settings', 'moon-base']);
    expect(error).toMatchObject({ code: Error_Code.FAILED_PRECONDITION });
    expect(error?.message).toContain('moon-base');
    expect((await stateOf('lea')).error?.code).toBe(Error_Code.NOT_FOUND);
  });

  it('that asks what the fleet does not have says so, and does nothing', async () => {
    const { error } = await execute({ workflowId: 'new-quest', parameters: { player_id: 'ada' } });
    expect(error).toMatchObject({ code: Error_Code.FAILED_PRECONDITION });
    expect(error?.message).toContain('svc.quest.v1.generate');
  });

  it('is there for whoever asks when all its tasks have ended and others have come', async () => {
    const { executionId } = await newPlayer('joy');
    await over(executionId);
    await Promise.all(tasks.map((task) => task.stop()));
    tasks = await Promise.all([start(), start()]);
    expect(await status({ executionId })).toMatchObject({ status: WorkflowStatus.COMPLETED });
  });

  it('is one of many at the same time, and each is done once', async () => {
    const players = Array.from({ length: 60 }, (_, i) => `crowd-${i}`);
    const replies = await Promise.all(players.map((player) => newPlayer(player)));
    expect(replies.flatMap(({ error }) => error?.message ?? [])).toEqual([]);
    for (const { executionId } of replies)
      expect((await over(executionId)).status).toBe(WorkflowStatus.COMPLETED);
    for (const player of players) expect((await stateOf(player)).version).toBe(1n);
  });
});

describe('orchestration', () => {
  const fine = { workflowId: 'new-player', parameters: { player_id: 'x' } };

  it.each<[string, MessageInitShape<typeof ExecuteWorkflowRequestSchema>, Error_Code]>([
    ['an empty request', {}, Error_Code.INVALID_ARGUMENT],
    ['a workflow that is none', { workflowId: 'world-peace' }, Error_Code.NOT_FOUND],
    ['a workflow that cannot be one', { workflowId: 'World Peace' }, Error_Code.INVALID_ARGUMENT],
    ['a parameter too few', { workflowId: 'new-player' }, Error_Code.INVALID_ARGUMENT],
    [
      'a parameter too many',
      { ...fine, parameters: { player_id: 'x', age: 3 } },
      Error_Code.INVALID_ARGUMENT,
    ],
    [
      'an id beyond all measure',
      { ...fine, parameters: { player_id: 'x'.repeat(129) } },
      Error_Code.INVALID_ARGUMENT,
    ],
    ['a number for an id', { ...fine, parameters: { player_id: 3 } }, Error_Code.INVALID_ARGUMENT],
    ['more than an hour', { ...fine, timeoutSeconds: 3601 }, Error_Code.INVALID_ARGUMENT],
    ['a service that cannot be one', { ...fine, requiredServices: ['a b'] }, Error_Code.INVALID_ARGUMENT],
    [
      'too many services',
      { ...fine, requiredServices: Array.from({ length: 33 }, () => 'x') },
      Error_Code.INVALID_ARGUMENT,
    ],
  ])('refuses %s', async (_, init, code) => {
    expect(Error_Code[(await execute(init)).error?.code ?? -1]).toBe(Error_Code[code]);
  });

  it.each([
    ['none', '', Error_Code.INVALID_ARGUMENT],
    ['one that was never given', 'x', Error_Code.INVALID_ARGUMENT],
    ['one of nothing', '0'.repeat(32), Error_Code.NOT_FOUND],
  ])('refuses %s as an execution', async (_, executionId, code) => {
    expect((await status({ executionId })).error?.code).toBe(code);
    expect((await cancel({ executionId })).error?.code).toBe(code);
  });

  it('refuses a reason beyond all measure', async () => {
    const { error } = await cancel({ executionId: '0'.repeat(32), reason: 'x'.repeat(257) });
    expect(error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });

  it('answers bytes that are no request with INVALID_ARGUMENT', async () => {
    const { data } = await lab.operator.request('svc.orchestration.v1.cancel', new Uint8Array([255, 1, 2]));
    expect(fromBinary(CancelResponseSchema, data).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });
});

describe('whatever comes, orchestration', () => itWithstandsNonsense('orchestration', () => lab));
