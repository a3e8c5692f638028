import {
  Difficulty,
  DifficultySchema,
  QuestGenerationRequestSchema,
  QuestGenerationResponseSchema,
} from '../gen/quest_pb.js';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import type { Events, NewEvent } from '../sdk/events.ts';
import { enumOf, playerOf } from '../sdk/fields.ts';
import { situationOf } from './context.ts';
import { generate, type Quest, type Wish } from './generate.ts';

const DIFFICULTIES: Record<Exclude<Difficulty, Difficulty.UNSPECIFIED>, Wish['difficulty']> = {
  [Difficulty.EASY]: 'easy',
  [Difficulty.NORMAL]: 'normal',
  [Difficulty.HARD]: 'hard',
};

export function questEndpoints(events: Events): Record<string, Endpoint> {
  return {
    generate: endpoint(
      QuestGenerationRequestSchema,
      QuestGenerationResponseSchema,
      async (request, { meta, log }) => {
        const { seed = 0n, context = {}, dryRun } = request;
        const playerId = playerOf(request.playerId, meta);
        const difficulty = DIFFICULTIES[enumOf('difficulty', DifficultySchema, request.difficulty)];
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
