import { Difficulty, QuestGenerationRequestSchema, QuestGenerationResponseSchema } from '../gen/quest_pb.js';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import type { Events, NewEvent } from '../sdk/events.ts';
import { invalid, situationOf } from './context.ts';
import { generate, type Quest, type Wish } from './generate.ts';

/** Bytes. */
const MAX_PLAYER_ID = 128;

const DIFFICULTIES: Partial<Record<Difficulty, Wish['difficulty']>> = {
  [Difficulty.EASY]: 'easy',
  [Difficulty.NORMAL]: 'normal',
  [Difficulty.HARD]: 'hard',
};

export function questEndpoints(events: Events): Record<string, Endpoint> {
  return {
    generate: endpoint(
      QuestGenerationRequestSchema,
      QuestGenerationResponseSchema,
      async (request, { log }) => {
        const { playerId, seed = 0n, context = {}, dryRun } = request;
        if (playerId === '' || Buffer.byteLength(playerId) > MAX_PLAYER_ID)
          throw invalid(`player_id must have 1 to ${MAX_PLAYER_ID} bytes.`);
        const difficulty = DIFFICULTIES[request.difficulty];
        if (difficulty === undefined)
          throw invalid('difficulty must be DIFFICULTY_EASY, DIFFICULTY_NORMAL or DIFFICULTY_HARD.');
        const quest = generate({ playerId, seed, situation: situationOf(context), difficulty });
        if (!dryRun) await events.announce('evt.quest.generated.v1', generated(playerId, quest), log);
        return { quest: { ...quest, difficulty: request.difficulty } };
      },
    ),
  };
}

/** The same quest is the same event. */
function generated(playerId: string, { questId, title, objectives, tags }: Quest): NewEvent {
  return {
    id: questId,
    payload: {
      quest_id: questId,
      player_id: playerId,
      title,
      objective_types: objectives.map(({ type }) => type),
      tags,
    },
    metadata: { player_id: playerId },
  };
}
