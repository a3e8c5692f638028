import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  GetUsageRequestSchema,
  GetUsageResponseSchema,
  type LLMInferenceRequest,
  LLMInferenceRequestSchema,
  LLMInferenceResponseSchema,
  LLMStreamChunkSchema,
  Role,
} from '../gen/ai_integration_pb.js';
import { type Endpoint, endpoint, streamingEndpoint } from '../sdk/endpoint.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import { invalid, optionalTextOf } from '../sdk/fields.ts';
import type { Leases } from '../sdk/leased.ts';
import type { Inferences } from './inference.ts';
import type { Ending } from './provider.ts';
import { wantedFrom } from './request.ts';
import { dayOf, type UsageCounts } from './usage.ts';

/** Bytes. */
const MAX_USER = 128;

/** The endpoints that make text, and what was made. */
export function inferenceEndpoints(
  inferences: Inferences,
  leases: Leases,
  usage: UsageCounts,
): Record<string, Endpoint> {
  return {
    infer: endpoint(LLMInferenceRequestSchema, LLMInferenceResponseSchema, async (request, context) => {
      const wanted = wantedFrom(request);
      if (request.params?.stream) throw invalid('params.stream is for svc.ai.llm.v1.infer_stream.');
      const made = await leases.run('infer', context, async (held) => {
        const inference = await inferences.begin(request.modelId, wanted, context);
        const completion = await inference.whole(AbortSignal.any([context.signal, held]));
        const { generationId, modelId, fromCache } = inference;
        return { ...completion, generationId, modelId, fromCache };
      });
      return {
        ...{ generationId: made.generationId, modelId: made.modelId, fromCache: made.fromCache },
        output: outputFor(request, made.text),
        ...endOf(made),
      };
    }),

    infer_stream: streamingEndpoint(
      LLMInferenceRequestSchema,
      LLMStreamChunkSchema,
      async function* (request, context) {
        const wanted = wantedFrom(request);
        if (request.params?.stream === false)
          throw invalid('params.stream is false for svc.ai.llm.v1.infer.');
        const inference = await inferences.begin(request.modelId, wanted, context);
        const { generationId, modelId, fromCache } = inference;
        let index = 0;
        for await (const piece of inference.parts(context.signal)) {
          if ('text' in piece) yield { generationId, index, delta: deltaFor(request, piece.text) };
          else yield { generationId, index, isFinal: true, modelId, fromCache, ...endOf(piece.ended) };
          index++;
        }
      },
    ),

    get_usage: endpoint(GetUsageRequestSchema, GetUsageResponseSchema, async (request, { meta }) => {
      const own = meta?.userId ?? '';
      const userId = request.userId || own;
      const day = request.day || dayOf(Date.now());
      optionalTextOf('user_id', userId, MAX_USER);
      if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) throw invalid('day must be like 2026-11-27.');
      if (own !== '' && userId !== own)
        throw new ServiceError(Code.PERMISSION_DENIED, 'What others have used is not told to you.');
      const { generations, promptTokens, completionTokens, cached } = await usage.of(userId, day);
      return {
        ...{ userId, day },
        generations: BigInt(generations),
        promptTokens: BigInt(promptTokens),
        completionTokens: BigInt(completionTokens),
        cached: BigInt(cached),
      };
    }),
  };
}

/** Text for a prompt, a message for messages. */
function outputFor(
  { input }: LLMInferenceRequest,
  text: string,
): NonNullable<MessageInitShape<typeof LLMInferenceResponseSchema>['output']> {
  return input.case === 'prompt'
    ? { case: 'outputText', value: text }
    : { case: 'chatMessages', value: { messages: [{ role: Role.ASSISTANT, content: text }] } };
}

function deltaFor(
  { input }: LLMInferenceRequest,
  text: string,
): NonNullable<MessageInitShape<typeof LLMStreamChunkSchema>['delta']> {
  return input.case === 'prompt'
    ? { case: 'outputTextDelta', value: text }
    : { case: 'messageDelta', value: { role: Role.ASSISTANT, content: text } };
}

function endOf({ finishReason, promptTokens, completionTokens }: Ending) {
  const totalTokens = promptTokens + completionTokens;
  return { finishReason, usage: { promptTokens, completionTokens, totalTokens } };
}
