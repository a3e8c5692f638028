import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { VerifyDocument } from '../../src/lib/verify/document.ts';
import type { Fault } from '../../src/local/faults/fault.ts';
import { canFilter, canMount } from '../support/abilities.ts';
import { gsys } from '../support/cli.ts';
import { definitionFolder } from '../support/definition.ts';
import { fleetUnderTest } from '../support/fleet-under-test.ts';
import { runs } from '../support/platform.ts';
import { refusesWrites } from '../support/redis.ts';
import { tracesOf } from '../support/traces.ts';
import { until } from '../support/until.ts';
import { healed, troubles, verify } from '../support/verify.ts';

/** Everything is broken by `gsys local fault` alone, as on a game day, and seen by the commands that an operator has. */
const test = fleetUnderTest();
const fleet = test.platform;
const { inject, heal } = test;
beforeAll(() => test.start(), 300_000);
afterEach(() => fleet.gsys('local', 'fault', 'heal', '--all'));
afterAll(() => test.remove());

const list = async () => (await fleet.json<{ faults: Fault[] }>('local', 'fault', 'list')).faults;
const refused = async (...args: string[]) => {
  const { code, stderr } = await fleet.gsys('local', 'fault', ...args);
  return { code, said: stderr.split('\n')[0], lines: stderr.trim().split('\n').length };
};
/** On a machine that is busy, evidence may come too late at first; nothing is healthy meanwhile. */
const named = (trouble: string, ...args: string[]) =>
  until(`verify names ${trouble}`, async () => {
    const seen = await verify(fleet, ...args);
    expect(seen.code).not.toBe(0);
    return troubles(seen).includes(trouble);
  });
const pidOf = async (name: string) => (await fleet.status()).nats.find((node) => node.name === name)?.pid;

describe('a process', () => {
  it('that is frozen is named by verify, shown by list and status, and goes on when it is healed', async () => {
    const pid = await pidOf('nats-2');
    const { id } = await inject('freeze', 'nats/nats-2');
    await named('fail nats.reach/nats-2', '--only', 'nats.reach');
    expect(await list()).toMatchObject([{ id, kind: 'freeze', target: 'nats/nats-2', subjects: ['nats-2'] }]);
    expect((await fleet.gsys('local', 'status')).stdout).toContain(
      `1 fault injected: ${id}: freeze nats/nats-2`,
    );
    expect(await heal(id)).toEqual([id]);
    expect(await list()).toEqual([]);
    expect(await pidOf('nats-2')).toBe(pid);
    await healed(fleet, '--only', 'nats.*');
  });

  it('that is killed is one cause: recorded, it is judged alike offline, and its healing is news', async () => {
    await inject('kill', 'nats/nats-2');
    const only = ['--only', 'nats.*'];
    const folder = path.join(test.definition.root, 'recording');
    const live = await until('one cause is seen', async () => {
      rmSync(folder, { recursive: true, force: true });
      const seen = await fleet.gsys('verify', ...only, '--record', folder, '--json');
      const causes = troubles(JSON.parse(seen.stdout));
      return causes.length === 1 && causes[0] === 'fail nats.reach/nats-2' && seen;
    });
    await heal('--all');
    await healed(fleet, ...only);

    const replayed = await fleet.gsys('verify', '--replay', folder, '--json');
    expect({ code: replayed.code, stdout: replayed.stdout }).toEqual({ code: 1, stdout: live.stdout });
    const nagios = await fleet.gsys('verify', '--replay', folder, '--format', 'nagios');
    expect(nagios).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/^GSYS CRITICAL .*nats-2.* \| pass=/),
    });
    const password = readFileSync(path.join(fleet.home, 'local', 'redis', 'auth'), 'utf8').trim();
    for (const name of readdirSync(folder)) {
      const text = readFileSync(path.join(folder, name), 'utf8');
      expect(text.includes(password) || text.includes('PRIVATE KEY')).toBe(false);
    }

    await inject('kill', 'nats/nats-2');
    await named('fail nats.reach/nats-2', ...only);
    await heal('--all');
    const news = await until('its healing is told', async () => {
      const { stdout } = await fleet.gsys('verify', ...only, '--since-last', '--json');
      const { changes } = JSON.parse(stdout) as VerifyDocument;
      return changes?.healed.includes('nats.reach/nats-node/nats-2') && changes;
    });
    expect(news.new).not.toContain('nats.reach/nats-node/nats-2');
  });

  it('that is a task is named too, and heals by itself after the time that was said', async () => {
    const tasks = async () => (await fleet.status()).tasks.map(({ pid }) => pid);
    const before = await tasks();
    const { id } = await inject('freeze', 'task/settings');
    await named('fail service.instances/settings', '--only', 'service.instances');
    await heal(id);
    await inject('freeze', 'task/settings/1', '--for', '1s');
    await until('nothing is injected', async () => (await list()).length === 0);
    await healed(fleet, '--only', 'service.*');
    expect(await tasks()).toEqual(before);
  });

  it('that is killed is down until it is healed, or its keeper starts it', async () => {
    const { id } = await inject('kill', 'redis/shard-2/replica');
    expect((await verify(fleet, '--only', 'redis.reach')).code).toBe(1);
    expect(await heal(id)).toEqual([id]);
    await healed(fleet, '--only', 'redis.*');
  });

  it('is under one fault of a kind at a time', async () => {
    const { id } = await inject('freeze', 'nats/nats-1');
    const second = await refused('inject', 'freeze', 'nats/*');
    expect(second).toMatchObject({
      code: 2,
      said: expect.stringContaining(`nats-1 has a fault of the kind already: ${id}`),
    });
    expect(await list()).toHaveLength(1);
  });
});

describe.runIf(canFilter)('the network', () => {
  it('of a node is cut: verify names it, and it is whole when it is healed', async () => {
    await inject('isolate', 'nats/nats-3');
    expect(tracesOf(fleet)).not.toEqual([]);
    await named('fail nats.reach/nats-3', '--only', 'nats.*');
    await heal('--all');
    expect(tracesOf(fleet)).toEqual([]);
    await healed(fleet, '--only', 'nats.*');
  });

  it('of a task is cut: ECS sees nothing of it, as its health command is inside, and verify does', async () => {
    const [task] = (await fleet.status()).tasks.filter(({ service }) => service === 'settings');
    await inject('isolate', 'task/settings/1');
    await named('fail service.instances/settings', '--only', 'service.instances');
    await heal('--all');
    await healed(fleet, '--only', 'service.*');
    expect((await fleet.status()).tasks).toContainEqual(expect.objectContaining({ taskArn: task?.taskArn }));
  });

  it('is slow: every round trip takes longer, and only until it is healed', async () => {
    const took = async () => {
      const { nats } = await fleet.status();
      const started = performance.now();
      // A connection of its own: one that is kept alive is older than the fault.
      await fetch(`${nats[4]?.monitorUrl}/varz`, { headers: { connection: 'close' } });
      return performance.now() - started;
    };
    await inject('delay', 'nats/nats-5', '--ms', '400', '--jitter', '50');
    expect(await took()).toBeGreaterThan(395);
    await heal('--all');
    await until('it is quick again', async () => (await took()) < 395);
    expect(tracesOf(fleet)).toEqual([]);
    await healed(fleet, '--only', 'nats.*');
  });
});

/** What each command says of an endpoint that is sick: sick-endpoint.test.ts. */
describe('an operation of the endpoint that', () => {
  it('fails now and then is asked again', async () => {
    await inject('throttle', 'aws/ecs:*', '--rate', '0.3');
    await healed(fleet, '--only', 'ecs.running');
  });

  it('fails for good leaves verify without a verdict', async () => {
    await inject('error', 'aws/ecs:*', '--code', 'ServerException', '--status', '500');
    expect(await verify(fleet, '--only', 'ecs.*')).toMatchObject({ code: 3, verdict: 'unknown' });
  });
});

it('a clock that is off is named, and right again when it is healed', async () => {
  const settings = (await fleet.status()).tasks.filter(({ service }) => service === 'settings');
  await inject('clock', 'task/settings/2', '--offset=-5m');
  const seen = await verify(fleet, '--only', 'service.clock');
  expect(seen).toMatchObject({ code: 1, verdict: 'unhealthy' });
  const [message] = seen.findings.flatMap(({ status, message }) => (status === 'fail' ? [message] : []));
  expect(message).toMatch(/is (29\d|30\d)\.\d s behind/);
  expect(message).toContain(settings[1]?.taskArn.split('/').at(-1));
  await heal('--all');
  await healed(fleet, '--only', 'service.clock');
});

it('the clock of a frozen task is not asked to move', async () => {
  await inject('freeze', 'task/gateway/1', '--for', '30s');
  expect(await refused('inject', 'clock', 'task/gateway/1', '--offset', '90s')).toMatchObject({
    code: 1,
    said: 'error gateway/1 is frozen: its clock cannot be moved',
  });
});

describe.runIf(canMount)('a full disk', () => {
  it('under a Redis shard is named as soon as it writes, and it takes writes again when there is room', async () => {
    await inject('full-disk', 'redis/shard-1');
    await until('a write is refused', () => refusesWrites(fleet));
    await until('verify to name it', async () =>
      troubles(await verify(fleet, '--only', 'redis.*')).some((one) =>
        one.startsWith('fail redis.persistence/'),
      ),
    );
    await heal('--all');
    await healed(fleet, '--only', 'redis.*');
    expect(await refusesWrites(fleet)).toBe(false);
    expect(tracesOf(fleet)).toEqual([]);
  });

  it('under the endpoint fails what has to be written, and the same goes on when there is room', async () => {
    appendFileSync(
      path.join(test.definition.root, 'services/settings/service.yaml'),
      'resources: { memory: 1024 }\n',
    );
    await inject('full-disk', 'state');
    expect(await fleet.gsys('deploy', '--yes')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('ENOSPC'),
    });
    await heal('--all');
    const { code, stdout } = await fleet.gsys('deploy', '--yes');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('succeeded') });
    expect(tracesOf(fleet)).toEqual([]);
  });
});

describe('what cannot be meant is refused in one line, with 2', () => {
  it.each([
    [['inject', 'explode', 'nats/nats-1'], 'error there is no such fault; there are freeze, kill,'],
    [['inject', 'freeze', 'moon'], 'error "moon" is no target'],
    [['inject', 'freeze', 'nats/nats-9'], 'error there is no nats/nats-9; there are nats-1,'],
    [
      ['inject', 'freeze', 'task/settings/7'],
      'error there is no task/settings/7; there are settings/1, settings/2',
    ],
    [['inject', 'throttle', 'aws/ecs:Nothing'], 'error there is no aws/ecs:Nothing; there are '],
    [['inject', 'delay', 'nats/nats-1'], 'error delay needs --ms'],
    [['inject', 'freeze', 'nats/nats-1', '--for', 'ever'], 'error --for: "ever" is no duration'],
    [['heal', 'f99'], 'error there is no fault f99'],
    [['heal'], 'error which fault? name its id, or --all'],
  ])('%j', async (args, said) => {
    // And one with what to type next.
    expect(await refused(...args)).toEqual({ code: 2, said: expect.stringContaining(said), lines: 2 });
  });

  it('faults are for the embedded platform alone', async () => {
    const other = definitionFolder();
    // The example of a production environment, without its comment signs.
    const yaml = readFileSync(path.join(other.root, 'gsys.yaml'), 'utf8');
    other.write('gsys.yaml', yaml.replace(/^ {2}# {3}/gm, '    ').replace('# production:', 'production:'));
    for (const args of [['inject', 'freeze', 'nats/nats-1'], ['list'], ['heal', '--all']]) {
      const { code, stderr } = await gsys(['local', 'fault', ...args, '-e', 'production'], {
        cwd: other.root,
      });
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringContaining('environment production is not the embedded platform'),
      });
    }
    other.remove();
  });
});

describe.runIf(canFilter)('of faults that are in force, nothing is left', () => {
  it('by up after the supervisor was killed, and what was released is known', async () => {
    const revisions = async () =>
      (await fleet.json<{ services: { taskDefinition: string }[] }>('status')).services.map(
        ({ taskDefinition }) => taskDefinition,
      );
    const before = await revisions();
    const pids = await test.breakEverything();
    const { supervisor } = await fleet.status();
    process.kill(supervisor.pid, 'SIGKILL');
    await until('the supervisor is gone', () => !runs(supervisor.pid));
    expect((await fleet.gsys('local', 'up')).code).toBe(0);
    expect(pids.filter(runs)).toEqual([]);
    expect(tracesOf(fleet)).toEqual([]);
    expect(await revisions()).toEqual(before);
  });

  it('by down', async () => {
    const pids = await test.breakEverything();
    expect((await fleet.gsys('local', 'down')).code).toBe(0);
    expect(pids.filter(runs)).toEqual([]);
    expect(tracesOf(fleet)).toEqual([]);
  });
});
