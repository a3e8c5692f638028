import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RegisteredDefinition } from '../../../../src/lib/aws/ecs-changes.ts';
import { knownRevisions } from '../../../../src/lib/release/plan/revisions.ts';

const since = new Date(1000);
const running = (taskDefinition: string, createdAt = since) => ({
  ...{ name: 'a-nats', taskDefinition, createdAt },
});

/** A machine's folder, and what ECS was asked. */
function machine() {
  const stateDir = mkdtempSync(path.join(tmpdir(), 'gsys-revisions-'));
  onTestFinished(() => rmSync(stateDir, { recursive: true, force: true }));
  const asked: string[] = [];
  const ecs = {
    async taskDefinition(arn: string): Promise<RegisteredDefinition | undefined> {
      asked.push(arn);
      return arn === 'gone' ? undefined : { taskDefinitionArn: arn, tags: [], registeredAt: since };
    },
  };
  /** Each time as a command of its own. */
  const of = (...args: Parameters<typeof running>) => knownRevisions(stateDir, ecs).of(running(...args));
  const together = (names: string[], arn: string) => {
    const revisions = knownRevisions(stateDir, ecs);
    return Promise.all(names.map((name) => revisions.of({ ...running(arn), name })));
  };
  return { of, together, asked, folder: path.join(stateDir, 'revisions') };
}

describe('revisions that a machine has seen', () => {
  it('are asked of ECS once, however many commands there are', async () => {
    const { of, asked, folder } = machine();
    expect(await of('a:1')).toMatchObject({ taskDefinitionArn: 'a:1', tags: [] });
    expect(await of('a:1')).toMatchObject({ taskDefinitionArn: 'a:1', tags: [] });
    expect(asked).toEqual(['a:1']);
    expect(statSync(path.join(folder, 'a-nats.json')).mode & 0o777).toBe(0o600);
  });

  it('are asked of ECS once where several services run the same', async () => {
    const { together, asked } = machine();
    expect(await together(['a-nats', 'b-nats'], 'x:1')).toHaveLength(2);
    expect(asked).toEqual(['x:1']);
  });

  it('take the place of the one before, so that the folder does not grow', async () => {
    const { of, asked, folder } = machine();
    for (const arn of ['a:1', 'a:2', 'a:2']) await of(arn);
    expect(asked).toEqual(['a:1', 'a:2']);
    expect(readdirSync(folder)).toEqual(['a-nats.json']);
  });

  it('are asked for again when the service was made anew: the same ARN may mean something else', async () => {
    const { of, asked } = machine();
    await of('a:1');
    await of('a:1', new Date(2000));
    expect(asked).toEqual(['a:1', 'a:1']);
  });

  it('are not kept where ECS does not have them', async () => {
    const { of, asked } = machine();
    expect(await of('gone')).toBeUndefined();
    expect(await of('gone')).toBeUndefined();
    expect(asked).toHaveLength(2);
  });

  it.each(['', 'null', '{"definition": null}', '{"serviceSince": "1970-01-01T00:00:01.000Z", "defin'])(
    'are asked for again where the file is broken: %s',
    async (broken) => {
      const { of, asked, folder } = machine();
      await of('a:1');
      const file = path.join(folder, 'a-nats.json');
      const whole = readFileSync(file, 'utf8');
      writeFileSync(file, broken);
      expect(await of('a:1')).toMatchObject({ taskDefinitionArn: 'a:1' });
      expect(asked).toHaveLength(2);
      expect(readFileSync(file, 'utf8')).toBe(whole);
    },
  );
});
