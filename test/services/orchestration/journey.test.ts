import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { RetentionPolicy, type ServiceMsg } from 'nats';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Error_Code } from '../../../services/gen/common_pb.js';
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
import { ResetRequestSchema, ResetResponseSchema } from '../../../services/gen/settings_pb.js';
import { orchestrationParts } from '../../../services/orchestration/parts.ts';
import { taskAddress } from '../../../src/lib/fleet/embedded-layout.ts';
import { leaseSlot } from '../../support/slot.ts';
import { until } from '../../support/until.ts';
import { posing, startFake } from '../helpers/fake.ts';
import { ROOT, serviceOf } from '../helpers/image.ts';
import { bundleOf, type Lab, startLab } from '../helpers/lab.ts';
import { statusOf, type Task } from '../helpers/task.ts';
import { DO, journey, UNDO } from './fixtures/journey.ts';

interface Asked {
  what: string;
  name: string;
  key: string;
  userId: string;
}
type Reply = (msg: ServiceMsg) => void;

let lab: Lab;
let tasks: Task[];
/** The task that dies. */
let doomed: ChildProcess | undefined;
/** Everything that the service was asked, in that order, and what it says to it. */
let seen: Asked[] = [];
let answers: Record<string, Reply> = {};

const say =
  (init: MessageInitShape<typeof ResetResponseSchema> = {}) =>
  (msg: ServiceMsg) =>
    void msg.respond(toBinary(ResetResponseSchema, create(ResetResponseSchema, init)));
const refuse = (code: Error_Code) => say({ error: { code, message: 'not today' } });
const nothing: Reply = () => undefined;

const start = () => lab.start('orchestration', orchestrationParts(journey));
beforeAll(async () => {
  const types = { request: 'settings.v1.ResetRequest', response: 'settings.v1.ResetResponse' };
  // Long enough for whoever is to be caught at it.
  const timeoutOf = (subject: string) => (subject.endsWith('.arrive') ? 30 : 2);
  const calls = [...serviceOf('orchestration').calls, ...DO, ...UNDO];
  lab = await startLab(['orchestration', 'settings'], {
    orchestration: { calls },
    settings: posing(
      'travel',
      [...DO, ...UNDO].map((subject) => ({ subject, ...types, timeout: timeoutOf(subject) })),
    ),
  });
  const { streams } = await lab.operator.jetstreamManager();
  const retention = RetentionPolicy.Workqueue;
  await streams.add({
    name: 'ORCHESTRATION_WORK',
    subjects: ['evt.orchestration.>'],
    retention,
    num_replicas: 3,
  });
  await streams.add({ name: 'DLQ', subjects: ['dlq.>'], num_replicas: 3 });
  const answer = (msg: ServiceMsg) => {
    const { playerId, meta } = fromBinary(ResetRequestSchema, msg.data);
    const what = msg.subject.split('.').at(-1) ?? '';
    seen.push({ what, name: playerId, key: meta?.idempotencyKey ?? '', userId: meta?.userId ?? '' });
    (answers[what] ?? say())(msg);
  };
  await startFake(lab, 'travel', Object.fromEntries([...DO, ...UNDO].map((subject) => [subject, answer])));
  tasks = await Promise.all([start(), start()]);
});
afterAll(async () => {
  doomed?.kill('SIGKILL');
  await lab?.stop();
});
beforeEach(() => {
  seen = [];
  answers = {};
});

const go = (name: string, init: MessageInitShape<typeof ExecuteWorkflowRequestSchema> = {}) =>
  lab.ask(
    'svc.orchestration.v1.execute_workflow',
    ExecuteWorkflowRequestSchema,
    ExecuteWorkflowResponseSchema,
    {
      ...{ workflowId: 'journey', parameters: { name } },
      ...init,
    },
  );
const status = (executionId: string) =>
  lab.ask('svc.orchestration.v1.get_status', GetStatusRequestSchema, GetStatusResponseSchema, {
    executionId,
  });
const cancel = (executionId: string, reason = 'enough') =>
  lab.ask('svc.orchestration.v1.cancel', CancelRequestSchema, CancelResponseSchema, { executionId, reason });
const over = (executionId: string) =>
  until('it to be over', async () => {
    const found = await status(executionId);
    return ![WorkflowStatus.RUNNING, WorkflowStatus.COMPENSATING].includes(found.status) && found;
  });
const steps = ({ steps: all }: { steps: { stepId: string; status: StepStatus }[] }) =>
  all.map((step) => `${step.stepId} ${StepStatus[step.status]}`);
const asked = (name: string) => seen.filter((one) => one.name === name).map(({ what }) => what);
const untilAsked = (what: string, times = 1) =>
  until(`${what} to be asked`, () => seen.filter((one) => one.what === what).length >= times);

describe('a workflow', () => {
  it('takes back in reverse order, each request with a key of its own, for whom it is done', async () => {
    answers.arrive = refuse(Error_Code.FAILED_PRECONDITION);
    const { executionId } = await go('ada', { meta: { userId: 'u-1' } });
    await until('it to be over', async () => asked('ada').includes('unpack'));
    expect(asked('ada')).toEqual(['pack', 'walk', 'arrive', 'return', 'unpack']);
    expect(seen.map(({ key }) => key)).toEqual(
      ['pack', 'walk', 'arrive', 'walk.undo', 'pack.undo'].map((step) => `${executionId}/${step}`),
    );
    expect(new Set(seen.map(({ userId }) => userId))).toEqual(new Set(['u-1']));
  });

  it('asks again under the same key when nobody answers, and goes on when somebody does', async () => {
    let silent = 1;
    answers.walk = (msg) => (silent-- > 0 ? nothing(msg) : say({ resetCount: 7 })(msg));
    const last = await over((await go('bob')).executionId);
    expect(steps(last)).toEqual(['pack COMPLETED', 'walk COMPLETED', 'arrive COMPLETED']);
    expect(last.steps[1]?.result).toMatchObject({ resetCount: 7 });
    expect(asked('bob')).toEqual(['pack', 'walk', 'walk', 'arrive']);
    expect(seen[1]?.key).toBe(seen[2]?.key);
  });

  it('takes back also what may have been done, when nobody can say', async () => {
    answers.walk = refuse(Error_Code.INTERNAL);
    const last = await over((await go('cid')).executionId);
    expect(last.status).toBe(WorkflowStatus.FAILED);
    expect(steps(last)).toEqual(['pack COMPENSATED', 'walk COMPENSATED', 'arrive PENDING']);
    expect(asked('cid')).toEqual(['pack', 'walk', 'walk', 'walk', 'return', 'unpack']);
  });

  it('counts as taken back what is not there', async () => {
    answers.arrive = refuse(Error_Code.CONFLICT);
    answers.return = refuse(Error_Code.NOT_FOUND);
    const last = await over((await go('dan')).executionId);
    expect(steps(last)).toEqual(['pack COMPENSATED', 'walk COMPENSATED', 'arrive FAILED']);
  });

  it('says what it could not take back, and takes back the rest', async () => {
    answers.arrive = refuse(Error_Code.CONFLICT);
    answers.return = refuse(Error_Code.PERMISSION_DENIED);
    const last = await over((await go('eve')).executionId);
    expect(last).toMatchObject({ status: WorkflowStatus.FAILED, progressPercentage: 0 });
    expect(steps(last)).toEqual(['pack COMPENSATED', 'walk COMPENSATION_FAILED', 'arrive FAILED']);
    expect(last.steps[1]?.errorMessage).toBe('It could not be undone: not today');

    const { streams } = await lab.operator.jetstreamManager();
    const subject = 'evt.orchestration.compensation.failed.v1';
    const letter = await streams.getMessage('DLQ', { last_by_subj: `dlq.${subject}` });
    expect(letter.header.get('Gsys-Subject')).toBe(subject);
    expect(letter.header.get('Gsys-Reason')).toBe('walk: not today');
    answers.return = say();
    // What gsys dlq replay does.
    await lab.operator.jetstream().publish(subject, letter.data);
    const mended = await until('it to be taken back', async () => {
      const found = await status(last.executionId);
      return found.status === WorkflowStatus.FAILED && steps(found)[1] === 'walk COMPENSATED' && found;
    });
    expect(steps(mended)).toEqual(['pack COMPENSATED', 'walk COMPENSATED', 'arrive FAILED']);
    expect(asked('eve')).toEqual(['pack', 'walk', 'arrive', 'return', 'unpack', 'return']);
  });

  it('does not take back blindly what needs a result that it never got', async () => {
    answers.walk = refuse(Error_Code.INTERNAL);
    const last = await over((await go('fay', { workflowId: 'careful-journey' })).executionId);
    expect(steps(last)).toEqual(['walk COMPENSATION_FAILED', 'arrive PENDING']);
    expect(asked('fay')).toEqual(['walk', 'walk', 'walk']);
  });

  it('replies after a while though it is not over, and shows how far it is', async () => {
    let answer: (() => void) | undefined;
    answers.arrive = (msg) => {
      answer = () => say()(msg);
    };
    const { executionId, status: first } = await go('gil');
    expect(first).toBe(WorkflowStatus.RUNNING);
    const half = await status(executionId);
    expect(half.progressPercentage).toBe(66);
    expect(steps(half)).toEqual(['pack COMPLETED', 'walk COMPLETED', 'arrive RUNNING']);
    answer?.();
    expect(await over(executionId)).toMatchObject({ progressPercentage: 100 });
  });

  it('that is cancelled stops waiting, takes back, and tells who asked how it ended', async () => {
    answers.arrive = nothing;
    const { executionId } = await go('gus');
    expect((await cancel(executionId)).success).toBe(true);
    const last = await over(executionId);
    expect(last.status).toBe(WorkflowStatus.CANCELLED);
    expect(asked('gus')).toEqual(['pack', 'walk', 'arrive', 'return', 'unpack']);
    expect(await cancel(executionId)).toMatchObject({ success: true, finalStatus: WorkflowStatus.CANCELLED });
  });

  it('ends when its time is over, and takes back without hurry', async () => {
    answers.arrive = nothing;
    answers.unpack = (msg) => setTimeout(() => say()(msg), 300);
    const last = await over((await go('hal', { timeoutSeconds: 1 })).executionId);
    expect(last.status).toBe(WorkflowStatus.TIMED_OUT);
    expect(steps(last)).toEqual(['pack COMPENSATED', 'walk COMPENSATED', 'arrive UNKNOWN']);
  });
});

describe('a task', () => {
  it('that leaves lets another one go on, and nothing is done twice', async () => {
    answers.walk = (msg) => setTimeout(() => say()(msg), 200);
    const name = 'kit';
    const going = go(name);
    await untilAsked('walk');
    await Promise.all(tasks.map((task) => task.stop()));
    tasks = await Promise.all([start(), start()]);
    const { executionId } = await going;
    expect((await over(executionId)).status).toBe(WorkflowStatus.COMPLETED);
    expect(asked(name)).toEqual(['pack', 'walk', 'arrive']);
  });

  it('leaves also when it has only just come', async () => {
    const late = await start();
    await expect(late.stop()).resolves.toBeUndefined();
  });

  it('that dies in the middle of a step is followed by another, which asks again under the same key', async () => {
    await Promise.all(tasks.map((task) => task.stop()));
    doomed = await startProcess();
    let silent = true;
    answers.walk = (msg) => (silent ? nothing(msg) : say()(msg));
    const name = 'leo';
    // Its reply dies with it.
    const going = go(name, { meta: { idempotencyKey: 'leo-1' } }).catch(() => undefined);
    await untilAsked('walk');
    doomed.kill('SIGKILL');
    silent = false;
    tasks = await Promise.all([start(), start()]);
    await going;
    await untilAsked('arrive');
    const { executionId } = await go(name, { meta: { idempotencyKey: 'leo-1' } });
    const last = await over(executionId);
    expect(steps(last)).toEqual(['pack COMPLETED', 'walk COMPLETED', 'arrive COMPLETED']);
    expect(asked(name).filter((what) => what !== 'walk')).toEqual(['pack', 'arrive']);
    expect(new Set(seen.filter(({ what }) => what === 'walk').map(({ key }) => key)).size).toBe(1);
  });
});

/** A task in a process of its own, from the sources. @returns it, when it is ready */
async function startProcess() {
  const host = taskAddress(leaseSlot(), 1);
  const main = fileURLToPath(new URL('./fixtures/task.ts', import.meta.url));
  const image = path.join(lab.cluster.dir, 'image', 'orchestration');
  const environment = {
    ...{ HOST: host, PORT: '8000', HEALTH_PORT: '8080', SERVICE_NAME: 'orchestration', LOG_LEVEL: 'warn' },
    ...{ REDIS_SERVERS: '127.0.0.1:1', REDIS_AUTH: 'x', TLS_BUNDLE: bundleOf(lab.cluster, 'orchestration') },
    NATS_SERVERS: `tls://127.0.0.1:${lab.cluster.nodes[0]?.clientPort}`,
  };
  const options = { cwd: ROOT, stdio: 'inherit' as const, env: environment };
  const child = spawn(process.execPath, ['--import', 'tsx', main, image], options);
  await until('the process to be ready', async () => (await statusOf(`http://${host}:8080/ready`)) === 200);
  return child;
}
