import { createHash } from 'node:crypto';
import type { Meta } from '../gen/common_pb.js';
import {
  ContinueRequestSchema,
  ContinueResponseSchema,
  EvaluateRequestSchema,
  EvaluateResponseSchema,
  GenerateRequestSchema,
  GenerateResponseSchema,
  StoryType,
} from '../gen/story_teller_pb.js';
import { diceOf } from '../sdk/draw.ts';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import type { Events } from '../sdk/events.ts';
import { idOf, invalid, textOf } from '../sdk/fields.ts';
import { type Bucket, safeKey } from '../sdk/kv.ts';
import type { Logger } from '../sdk/log.ts';
import { approachOf, LAST_CHAPTER, tell } from './chapter.ts';
import { type Checkpoint, checkpointId, firstCheckpoint, nextCheckpoint, put } from './checkpoint.ts';
import { evaluate } from './evaluate.ts';
import { castFrom, stakesFrom, wantedOf } from './validate.ts';

/** Bytes. */
const MAX_CHOICE = 500;
const ALTERNATIVES = [1n, 2n];

/** The endpoints over the checkpoints that all tasks share. */
export function storyEndpoints(bucket: Bucket, events: Events): Record<string, Endpoint> {
  const keep = async (checkpoint: Checkpoint, log: Logger) => {
    const id = checkpointId(checkpoint);
    await bucket.update<Checkpoint>(keyOf(id), (there) => (there ? undefined : checkpoint));
    const { storyId, type, path } = checkpoint;
    const payload = {
      ...{ story_id: storyId, checkpoint_id: id },
      ...{ story_type: StoryType[type], chapter: path.length + 1 },
    };
    await events.announce('evt.story.generated.v1', { id: `story.${id}`, payload }, log);
  };
  const find = async (id: string, what: string) => {
    const checkpoint = await bucket.get<Checkpoint>(keyOf(id));
    if (checkpoint) return checkpoint;
    throw new ServiceError(Code.NOT_FOUND, `There is no such ${what}.`);
  };

  return {
    generate: endpoint(GenerateRequestSchema, GenerateResponseSchema, async (request, { meta, log }) => {
      const wanted = wantedOf(request);
      const seed = request.seed ?? seedOf(meta);
      const first = firstCheckpoint(wanted, seed);
      await keep(first, log);
      const alternatives = ALTERNATIVES.map((step) => {
        const other = firstCheckpoint(wanted, BigInt.asUintN(64, seed + step));
        return { seed: BigInt(other.seed), title: other.title, opening: tell(other).sentences[0] ?? '' };
      });
      return { story: contentOf(first), alternatives };
    }),

    evaluate: endpoint(EvaluateRequestSchema, EvaluateResponseSchema, async (request) => {
      const branchId = idOf('story_branch_id', request.storyBranchId);
      const { id, approach: name } = branchOf(branchId);
      const text = textOf('player_choice', request.playerChoice, MAX_CHOICE);
      const stakes = stakesFrom(request.context);
      const changed = castFrom(request.context, ['stakes']);
      const checkpoint = await find(id, 'branch');
      const approach = tell(checkpoint).branches.includes(name) ? approachOf(name) : undefined;
      if (!approach) throw new ServiceError(Code.NOT_FOUND, 'There is no such branch.');
      const cast = { ...checkpoint.cast, ...changed };
      const { coherence, impact, consequences, changes } = evaluate(checkpoint, {
        approach,
        text,
        cast,
        stakes,
      });
      return {
        evaluation: {
          branchId,
          coherenceScore: coherence,
          impactScore: impact,
          consequences,
          stateChanges: changes,
        },
      };
    }),

    continue: endpoint(ContinueRequestSchema, ContinueResponseSchema, async (request, { log }) => {
      const id = idOf('checkpoint_id', request.checkpointId);
      const cast = castFrom(request.context, ['branch_id']);
      const branchId = request.context?.branch_id;
      const checkpoint = await find(id, 'checkpoint');
      const { number, branches } = tell(checkpoint);
      if (number === LAST_CHAPTER)
        throw new ServiceError(Code.FAILED_PRECONDITION, 'The story has come to its end.');
      const taken = branches.find((name) => branchId === `${id}.${name}`);
      if (branchId !== undefined && taken === undefined)
        throw invalid('context.branch_id is no branch of this checkpoint.');
      const own = diceOf(checkpoint.seed, ...checkpoint.path, 'own').pick(branches);
      const next = nextCheckpoint(checkpoint, taken ?? own, cast);
      await keep(next, log);
      return { continuation: contentOf(next) };
    }),
  };
}

function contentOf(checkpoint: Checkpoint) {
  const { storyId, title, seed, tone, cast } = checkpoint;
  const { number, sentences, branches } = tell(checkpoint);
  const id = checkpointId(checkpoint);
  return {
    ...{ storyId, title, tone, seed: BigInt(seed) },
    text: sentences.join(' '),
    chapter: number,
    branches: branches.map((name) => ({
      branchId: `${id}.${name}`,
      text: put(approachOf(name)?.text ?? '', cast),
    })),
    checkpointId: id,
  };
}

/** A request that comes again has the same ids, and so the same seed. */
function seedOf(meta: Meta | undefined): bigint {
  const id = meta?.idempotencyKey || meta?.requestId || '';
  return createHash('sha256').update(id).digest().readBigUInt64BE(0);
}

function branchOf(branchId: string): { id: string; approach: string } {
  const [id = '', approach = ''] = branchId.split('.', 2);
  return { id, approach };
}

function keyOf(id: string): string {
  return `checkpoint.${safeKey(id)}`;
}
