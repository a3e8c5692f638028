import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import type { NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Error_Code } from '../../../services/gen/common_pb.js';
import {
  GetRequestSchema,
  GetResponseSchema,
  ResetRequestSchema,
  ResetResponseSchema,
  UpdateRequestSchema,
  UpdateResponseSchema,
} from '../../../services/gen/settings_pb.js';
import { settingsParts } from '../../../services/settings/parts.ts';
import { embeddedLayout, taskAddress } from '../../../src/lib/fleet/embedded-layout.ts';
import { leaseSlot } from '../../support/slot.ts';
import { writeCompanions } from '../helpers/image.ts';
import { startNats, type TestNats } from '../helpers/nats.ts';
import { itWithstandsNonsense } from '../helpers/nonsense.ts';
import { startTask, type Task } from '../helpers/task.ts';

const SLOT = leaseSlot();
const port = embeddedLayout(SLOT, '', { shards: 3, replicasPerShard: 1 }).nats[0]?.clientPort ?? 0;

let folder: string;
let nats: TestNats;
let client: NatsConnection;
let tasks: Task[];

/** Both tasks are in one queue group, so either of them answers. */
const start = (index: number) =>
  startTask(settingsParts, {
    nats,
    holder: 'settings',
    host: taskAddress(SLOT, index),
    folder: writeCompanions(path.join(folder, 'image'), 'settings'),
  });

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'settings-'));
  nats = await startNats(path.join(folder, 'nats'), port);
  tasks = [start(1), start(2)];
  await Promise.all(tasks.map(({ ready }) => ready));
  client = await nats.client();
});

afterAll(async () => {
  await Promise.all(tasks.map((task) => task.stop()));
  await nats.close();
  rmSync(folder, { recursive: true, force: true });
});

const get = async (init: MessageInitShape<typeof GetRequestSchema>) => {
  const { data } = await client.request(
    'svc.settings.v1.get',
    toBinary(GetRequestSchema, create(GetRequestSchema, init)),
  );
  return fromBinary(GetResponseSchema, data);
};
const update = async (init: MessageInitShape<typeof UpdateRequestSchema>) => {
  const request = toBinary(UpdateRequestSchema, create(UpdateRequestSchema, init));
  return fromBinary(UpdateResponseSchema, (await client.request('svc.settings.v1.update', request)).data);
};
const reset = async (init: MessageInitShape<typeof ResetRequestSchema>) => {
  const request = toBinary(ResetRequestSchema, create(ResetRequestSchema, init));
  return fromBinary(ResetResponseSchema, (await client.request('svc.settings.v1.reset', request)).data);
};
const text = (key: string, value: string) => ({
  key,
  value: { kind: { case: 'stringValue' as const, value } },
});
const number = (key: string, value: number) => ({
  key,
  value: { kind: { case: 'numberValue' as const, value } },
});

describe('settings', () => {
  it('answers the default where the player has set nothing', async () => {
    const { settings, error } = await get({ playerId: 'nobody', settingKeys: ['language'] });
    expect(error).toBeUndefined();
    expect(settings).toMatchObject([{ key: 'language', isDefault: true, value: { kind: { value: 'en' } } }]);
  });

  it('answers every setting, sorted, when no key is named', async () => {
    const keys = (await get({ playerId: 'nobody' })).settings.map(({ key }) => key);
    expect(keys).toContain('volume_master');
    expect(keys).toEqual([...keys].sort());
  });

  it('reads at once, from every task, what was written through any', async () => {
    for (let round = 0; round < 20; round++) {
      const language = round % 2 === 0 ? 'de' : 'fr';
      await update({ playerId: 'reader', settings: [text('language', language)] });
      const { settings } = await get({ playerId: 'reader', settingKeys: ['language'] });
      expect(settings[0]).toMatchObject({ isDefault: false, value: { kind: { value: language } } });
    }
  });

  it('loses no change of many at the same time', async () => {
    const changes = [
      text('language', 'ko'),
      text('difficulty', 'hard'),
      number('volume_music', 0),
      number('field_of_view', 100),
      number('volume_voice', 0.25),
    ];
    const replies = await Promise.all(
      changes.map((change) => update({ playerId: 'crowd', settings: [change] })),
    );
    expect(replies.map(({ error }) => error?.message)).toEqual(changes.map(() => undefined));
    const own = (await get({ playerId: 'crowd' })).settings.filter(({ isDefault }) => !isDefault);
    expect(own.map(({ key }) => key)).toEqual(changes.map(({ key }) => key).sort());
  });

  it('names the keys whose value is another one now', async () => {
    await update({ playerId: 'p', settings: [text('language', 'pl')] });
    const reply = await update({
      playerId: 'p',
      settings: [text('language', 'pl'), number('volume_music', 0)],
    });
    expect(reply).toMatchObject({ updatedCount: 1, updatedKeys: ['volume_music'] });
  });

  it('replaces everything when it is told not to merge', async () => {
    await update({ playerId: 'q', settings: [text('language', 'pl')] });
    const reply = await update({ playerId: 'q', settings: [text('difficulty', 'easy')], merge: false });
    expect(reply.updatedKeys).toEqual(['difficulty', 'language']);
  });

  it('resets the keys that were set, and says which', async () => {
    await update({ playerId: 'r', settings: [text('language', 'pl'), text('difficulty', 'easy')] });
    expect(await reset({ playerId: 'r', settingKeys: ['language', 'subtitles'] })).toMatchObject({
      resetCount: 1,
      resetKeys: ['language'],
    });
    expect((await reset({ playerId: 'r' })).resetKeys).toEqual(['difficulty']);
  });

  it('makes a change once for a key, and a retry leaves alone what came after it', async () => {
    const meta = { idempotencyKey: 'once' };
    const request = { playerId: 'once', settings: [text('language', 'de')], meta };
    const replies = await Promise.all(Array.from({ length: 6 }, () => update(request)));
    for (const { updatedKeys } of replies) expect(updatedKeys).toEqual(['language']);
    const language = async () => {
      const { settings } = await get({ playerId: 'once', settingKeys: ['language'] });
      return settings[0]?.value?.kind.value;
    };
    await update({ playerId: 'once', settings: [text('language', 'fr')] });
    expect((await update(request)).updatedKeys).toEqual(['language']);
    expect(await language()).toBe('fr');
    const undo = { playerId: 'once', settingKeys: ['language'], meta: { idempotencyKey: 'undo' } };
    expect((await reset(undo)).resetKeys).toEqual(['language']);
    await update({ playerId: 'once', settings: [text('language', 'it')] });
    expect((await reset(undo)).resetKeys).toEqual(['language']);
    expect(await language()).toBe('it');
    const other = await update({ ...request, settings: [text('language', 'ko')] });
    expect(other.error?.code).toBe(Error_Code.CONFLICT);
  });

  it('keeps players apart whose ids would be one key, or none, in KV', async () => {
    const ids = ['a.b', 'a=2eb', 'a b', 'ä', '>', '*', '.', 'a/b'];
    for (const [i, playerId] of ids.entries())
      await update({ playerId, settings: [number('field_of_view', 60 + i)] });
    const seen = await Promise.all(ids.map((playerId) => get({ playerId, settingKeys: ['field_of_view'] })));
    expect(seen.map(({ settings }) => settings[0]?.value?.kind.value)).toEqual(ids.map((_, i) => 60 + i));
  });

  it('lets a player change nobody else’s, and a service anybody’s', async () => {
    const meta = { userId: 'thief' };
    const { PERMISSION_DENIED } = Error_Code;
    const settings = [text('language', 'de')];
    expect((await update({ playerId: 'owner', settings, meta })).error?.code).toBe(PERMISSION_DENIED);
    expect((await reset({ playerId: 'owner', meta })).error?.code).toBe(PERMISSION_DENIED);
    expect((await update({ playerId: 'thief', settings, meta })).error).toBeUndefined();
    expect((await update({ playerId: 'owner', settings })).updatedCount).toBe(1);
  });

  it.each([
    ['an unknown key', { playerId: 'x', settings: [text('toString', 'x')] }],
    ['a value of another type', { playerId: 'x', settings: [number('language', 1)] }],
    [
      'a declared type that is not the key’s',
      { playerId: 'x', settings: [{ ...text('language', 'de'), valueType: 'number' }] },
    ],
    ['a value outside of the range', { playerId: 'x', settings: [number('volume_master', 1.1)] }],
    ['a value that is no number', { playerId: 'x', settings: [number('volume_master', Number.NaN)] }],
    ['a setting without a value', { playerId: 'x', settings: [{ key: 'language' }] }],
    ['a key that comes twice', { playerId: 'x', settings: [text('language', 'de'), text('language', 'fr')] }],
    ['no player', { settings: [] }],
    ['a player id beyond all measure', { playerId: 'x'.repeat(129), settings: [] }],
  ])('refuses %s as INVALID_ARGUMENT', async (_, init) => {
    expect((await update(init)).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });

  it('keeps what was set when all tasks and the server restart', async () => {
    await update({ playerId: 'lasting', settings: [text('language', 'ja')] });
    await Promise.all(tasks.map((task) => task.stop()));
    await nats.stop('SIGTERM');
    await nats.start();
    tasks = [start(1)];
    await tasks[0]?.ready;
    await client.flush().catch(() => client.flush());
    const { settings } = await get({ playerId: 'lasting', settingKeys: ['language'] });
    expect(settings[0]).toMatchObject({ isDefault: false, value: { kind: { value: 'ja' } } });
  });
});

describe('whatever comes, settings', () => itWithstandsNonsense('settings', () => ({ operator: client })));
