import type { JsonObject, MessageInitShape } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Error_Code } from '../../../services/gen/common_pb.js';
import {
  ContinueRequestSchema,
  ContinueResponseSchema,
  EvaluateRequestSchema,
  EvaluateResponseSchema,
  GenerateRequestSchema,
  GenerateResponseSchema,
  type StoryContent,
  StoryType,
  Tone,
} from '../../../services/gen/story_teller_pb.js';
import { storyTellerParts } from '../../../services/story-teller/parts.ts';
import { type Lab, startLab } from '../helpers/lab.ts';
import { itWithstandsNonsense } from '../helpers/nonsense.ts';
import { eventsDuring } from '../helpers/stored-events.ts';
import type { Task } from '../helpers/task.ts';

let lab: Lab;
let tasks: Task[];
const start = () => lab.start('story-teller', storyTellerParts);
beforeAll(async () => {
  lab = await startLab(['story-teller']);
  const { streams } = await lab.operator.jetstreamManager();
  await streams.add({ name: 'STORIES', subjects: ['evt.story.>'], num_replicas: 3 });
  tasks = await Promise.all([start(), start()]);
});
afterAll(() => lab?.stop());

const generate = (init: MessageInitShape<typeof GenerateRequestSchema> = {}) =>
  lab.ask('svc.story.v1.generate', GenerateRequestSchema, GenerateResponseSchema, {
    storyType: StoryType.FEUD,
    ...init,
  });
const tell = async (seed: bigint, context: JsonObject = {}): Promise<StoryContent> => {
  const { story, error } = await generate({ seed, context });
  if (!story) throw new Error(error?.message);
  return story;
};
const evaluate = (storyBranchId: string, playerChoice: string, context: JsonObject = {}) =>
  lab.ask('svc.story.v1.evaluate', EvaluateRequestSchema, EvaluateResponseSchema, {
    ...{ storyBranchId, playerChoice, context },
  });
const goOn = (checkpointId: string, context: JsonObject = {}) =>
  lab.ask('svc.story.v1.continue', ContinueRequestSchema, ContinueResponseSchema, { checkpointId, context });

describe('story-teller', () => {
  it('tells the same story for the same seed, through whichever task, and another for another', async () => {
    const [first, ...others] = await Promise.all(Array.from({ length: 8 }, () => tell(42n)));
    for (const other of others) expect(other).toEqual(first);
    expect((await tell(43n)).text).not.toBe(first?.text);
  });

  it('tells again what it told, for a request without a seed that comes again', async () => {
    const ask = async (idempotencyKey: string) => (await generate({ meta: { idempotencyKey } })).story;
    const [first, again, other] = [await ask('a'), await ask('a'), await ask('b')];
    expect(again).toEqual(first);
    expect(other?.text).not.toBe(first?.text);
    expect(await tell(first?.seed ?? 0n)).toEqual(first);
  });

  it('puts in whom and what the caller names, in the tone and the length asked for', async () => {
    const context = { protagonist: 'Mara', rival: 'the Salt Duke', place: 'Hollow End' };
    const { story } = await generate({
      seed: 1n,
      context,
      tone: Tone.WRY,
      themes: ['Salt'],
      minLength: 150,
      maxLength: 180,
    });
    expect(story?.tone).toBe(Tone.WRY);
    for (const name of ['Hollow End', 'salt']) expect(story?.text).toContain(name);
    const words = story?.text.split(' ').length ?? 0;
    expect(words).toBeGreaterThanOrEqual(150);
    expect(words).toBeLessThanOrEqual(180);
  });

  it('names two other stories, each with the seed that tells it', async () => {
    const { alternatives } = await generate({ seed: 2n ** 64n - 1n });
    expect(alternatives.map(({ seed }) => seed)).toEqual([0n, 1n]);
    for (const { seed, title, opening } of alternatives) {
      const story = await tell(seed);
      expect([story.title, story.text.startsWith(opening)]).toEqual([title, true]);
    }
  });

  it('goes on along the branch that is taken, to the end, and tells of each chapter once', async () => {
    const chapters: StoryContent[] = [];
    const told = await eventsDuring(lab, 'STORIES', async () => {
      let chapter = await tell(7n);
      for (;;) {
        chapters.push(chapter);
        const [, branch] = chapter.branches;
        if (!branch) break;
        const { continuation } = await goOn(chapter.checkpointId, { branch_id: branch.branchId });
        expect((await goOn(chapter.checkpointId, { branch_id: branch.branchId })).continuation).toEqual(
          continuation,
        );
        chapter = continuation as StoryContent;
      }
    });
    expect(chapters.map(({ chapter }) => chapter)).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(chapters.map(({ storyId, title }) => `${storyId} ${title}`)).size).toBe(1);
    expect(told.map(({ payload }) => [payload?.checkpoint_id, payload?.chapter])).toEqual(
      chapters.map(({ checkpointId, chapter }) => [checkpointId, chapter]),
    );
    const { error } = await goOn(chapters.at(-1)?.checkpointId ?? '');
    expect(error?.code).toBe(Error_Code.FAILED_PRECONDITION);
  });

  it('goes another way along another branch, and a way of its own along none', async () => {
    const { checkpointId, branches } = await tell(8n);
    const ways = await Promise.all(
      branches.map(({ branchId }) => goOn(checkpointId, { branch_id: branchId })),
    );
    const texts = ways.map(({ continuation }) => continuation?.text);
    expect(new Set(texts).size).toBe(3);
    expect(texts).toContain((await goOn(checkpointId)).continuation?.text);
    const renamed = await goOn(checkpointId, { rival: 'the new tyrant' });
    expect(renamed.continuation?.text).toContain('new tyrant');
  });

  it('weighs what the player does, and what is at stake', async () => {
    const { branches } = await tell(9n);
    const [branch] = branches;
    const id = branch?.branchId ?? '';
    const meant = (await evaluate(id, branch?.text ?? '')).evaluation;
    const strange = (await evaluate(id, 'I sing')).evaluation;
    expect(meant?.coherenceScore).toBeGreaterThan(strange?.coherenceScore ?? 1);
    expect(Object.keys(meant?.stateChanges ?? {}).length).toBeGreaterThan(0);
    expect(meant?.branchId).toBe(id);
    const [low, high] = await Promise.all([0, 1].map((stakes) => evaluate(id, 'I sing', { stakes })));
    expect(high?.evaluation?.impactScore).toBeGreaterThan(low?.evaluation?.impactScore ?? 1);
  });

  it('keeps its checkpoints when both tasks restart', async () => {
    const { checkpointId, branches } = await tell(10n);
    const before = await goOn(checkpointId);
    await Promise.all(tasks.map((task) => task.stop()));
    tasks = await Promise.all([start(), start()]);
    expect((await goOn(checkpointId)).continuation).toEqual(before.continuation);
    expect((await evaluate(branches[0]?.branchId ?? '', 'wait')).error).toBeUndefined();
  });

  it('loses none of many stories at the same time', async () => {
    const stories = await Promise.all(Array.from({ length: 40 }, (_, i) => tell(1000n + BigInt(i))));
    const next = await Promise.all(stories.map(({ checkpointId }) => goOn(checkpointId)));
    expect(next.map(({ continuation }) => continuation?.storyId)).toEqual(
      stories.map(({ storyId }) => storyId),
    );
  });

  it.each<[string, MessageInitShape<typeof GenerateRequestSchema>, string]>([
    ['no type', { storyType: StoryType.UNSPECIFIED }, 'story_type'],
    ['a type that there is not', { storyType: 99 as StoryType }, 'story_type'],
    ['no tone', { tone: Tone.UNSPECIFIED }, 'tone'],
    ['a theme of two words', { themes: ['two words'] }, 'themes'],
    ['six themes', { themes: ['a', 'b', 'c', 'd', 'e', 'f'] }, 'themes'],
    ['a role that there is not', { context: { villain: 'x' } }, 'context has'],
    ['a name of four words', { context: { rival: 'a b c d' } }, 'context.rival'],
    ['a name that would be a role', { context: { rival: '{ally}' } }, 'context.rival'],
    ['a number for a name', { context: { rival: 7 } }, 'context.rival'],
    ['too long a story', { maxLength: 401 }, 'max_length'],
    ['too short a story', { maxLength: 79 }, 'max_length'],
    ['no room between the lengths', { minLength: 100, maxLength: 129 }, 'max_length'],
    ['too high a floor', { minLength: 201 }, 'min_length'],
  ])('refuses a story with %s', async (_, init, field) => {
    const { error } = await generate(init);
    expect(error?.code).toBe(Error_Code.INVALID_ARGUMENT);
    expect(error?.message).toContain(field);
  });

  it('refuses branches and stakes that there are not', async () => {
    const { checkpointId, branches } = await tell(11n);
    const other = await tell(12n);
    const known = branches[0]?.branchId ?? '';
    const codes = await Promise.all([
      goOn(checkpointId, { branch_id: other.branches[0]?.branchId ?? '' }),
      goOn(checkpointId, { branch_id: 7 }),
      goOn('nowhere'),
      evaluate(`${checkpointId}.toString`, 'wait'),
      evaluate('nowhere', 'wait'),
      evaluate(known, ''),
      evaluate(known, 'wait', { stakes: Number.NaN }),
      evaluate(known, 'wait', { stakes: 1.1 }),
    ]);
    const { INVALID_ARGUMENT: invalid, NOT_FOUND: unknown } = Error_Code;
    expect(codes.map(({ error }) => error?.code)).toEqual([
      ...[invalid, invalid, unknown, unknown, unknown, invalid, invalid, invalid],
    ]);
  });
});

describe('whatever comes, story-teller', () => itWithstandsNonsense('story-teller', () => lab));
