import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { changesBetween } from '../../../src/lib/verify/changes.ts';
import type { Finding, Status, VerifyDocument } from '../../../src/lib/verify/document.ts';
import { changesSince, readLast, remembering, writeLast } from '../../../src/lib/verify/last.ts';
import { watch } from '../../../src/lib/verify/watch.ts';

const THEN = '2026-03-01T12:00:00.000Z';
const LATER = '2026-03-01T12:05:00.000Z';

const finding = (check: string, status: Status, message = 'as it is'): Finding => ({
  ...{ id: `${check}/service/x`, check, subject: { kind: 'service', name: 'x' }, status, message },
  ...{ expected: 1, observed: 1, observedAt: THEN },
});
const document = (findings: Finding[], startedAt = THEN) =>
  ({ fleet: 'lab', environment: 'local', startedAt, findings }) as unknown as VerifyDocument;
const between = (before: Finding[], after: Finding[]) =>
  changesBetween(new Map(before.map((one) => [one.id, one])), after, THEN);
const none = { since: THEN, new: [], changed: [], healed: [], same: [] };
const id = 'ecs.a/service/x';

describe('between two looks a trouble', () => {
  it.each<[string, Finding[], Finding[], object]>([
    ['appears', [finding('ecs.a', 'pass')], [finding('ecs.a', 'warn')], { new: [id] }],
    ['appears where nobody was before', [], [finding('ecs.a', 'fail')], { new: [id] }],
    [
      'gets worse',
      [finding('ecs.a', 'warn')],
      [finding('ecs.a', 'fail')],
      { changed: [{ id, from: 'warn', to: 'fail' }] },
    ],
    [
      'says something else',
      [finding('ecs.a', 'fail', '1 of 2 tasks run')],
      [finding('ecs.a', 'fail', '0 of 2 tasks run')],
      { changed: [{ id, from: 'fail', to: 'fail' }] },
    ],
    [
      'says only how long',
      [finding('ecs.a', 'fail', 'is 299.8 s behind')],
      [finding('ecs.a', 'fail', 'is 301.2 s behind')],
      { same: [id] },
    ],
    ['heals', [finding('ecs.a', 'unknown')], [finding('ecs.a', 'pass')], { healed: [id] }],
    ['is not spoken of any more', [finding('ecs.a', 'warn')], [], { healed: [id] }],
    ['was never one', [finding('ecs.a', 'pass')], [finding('ecs.a', 'skip')], {}],
  ])('%s', (_what, before, after, changes) => {
    expect(between(before, after)).toEqual({ ...none, ...changes });
  });
});

describe('what was found last', () => {
  const stateDir = mkdtempSync(path.join(tmpdir(), 'gsys-last-'));
  const nothing = { stateDir: path.join(stateDir, 'nothing', 'here') };

  it('keeps what a check counts until it counts again: a look that saw nothing forgets nothing', () => {
    const counts = (status: Status, observed: unknown, observedAt = THEN) =>
      document([{ ...finding('redis.evictions', status), observed, observedAt }]);
    const first = remembering(undefined, counts('pass', { evicted: 3 }));
    const blind = remembering(first, counts('unknown', 'timeout', LATER));
    const countedIn = (last: typeof first) => last.findings['redis.evictions/service/x']?.counted;
    expect(countedIn(blind)).toEqual({ observed: { evicted: 3 }, at: THEN });
    const again = remembering(blind, counts('warn', { evicted: 4 }, LATER));
    expect(countedIn(again)).toEqual({ observed: { evicted: 4 }, at: LATER });
  });

  it('is kept by check: a look at some of them forgets nothing of the others', async () => {
    const first = remembering(undefined, document([finding('ecs.a', 'fail'), finding('nats.b', 'fail')]));
    const second = remembering(first, document([finding('nats.b', 'pass')], LATER));
    await writeLast(nothing, second);
    const read = await readLast(nothing, 'lab');
    expect(read).toEqual(second);
    expect(
      changesSince(read, document([finding('ecs.a', 'fail'), finding('nats.b', 'fail')], LATER)),
    ).toEqual({
      ...{ since: THEN, new: ['nats.b/service/x'], changed: [], healed: [], same: [id] },
    });
  });

  it('is nothing where nobody looked, for another fleet, and where it cannot be read', async () => {
    expect(changesSince(undefined, document([finding('ecs.a', 'fail')]))).toBeUndefined();
    await writeLast({ stateDir }, remembering(undefined, document([finding('ecs.a', 'fail')])));
    expect(await readLast({ stateDir }, 'other')).toBeUndefined();
    mkdirSync(path.join(stateDir, 'half', 'verify'), { recursive: true });
    writeFileSync(path.join(stateDir, 'half', 'verify', 'last.json'), '{"schema":');
    expect(await readLast({ stateDir: path.join(stateDir, 'half') }, 'lab')).toBeUndefined();
    rmSync(stateDir, { recursive: true });
  });
});

describe('watching', () => {
  it('tells the first look, and then only those in which something changed', async () => {
    const stop = new AbortController();
    const looks = [
      [finding('ecs.a', 'pass')],
      [finding('ecs.a', 'pass')],
      [finding('ecs.a', 'fail')],
      [finding('ecs.a', 'fail')],
      [finding('ecs.a', 'pass')],
    ];
    const told: unknown[] = [];
    const verify = async () => document(looks.shift() ?? []);
    const all = (async () => {
      for await (const { changes } of watch({ verify, interval: 1, signal: stop.signal })) {
        told.push(changes);
        if (told.length === 3) stop.abort(new Error('interrupted'));
      }
    })();
    await expect(all).rejects.toThrow('interrupted');
    expect(told).toEqual([undefined, { ...none, new: [id] }, { ...none, healed: [id] }]);
  });
});
