import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { aiIntegrationParts } from '../../../services/ai-integration/parts.ts';
import { authParts } from '../../../services/auth/parts.ts';
import {
  type LLMInferenceResponse,
  type LLMStreamChunk,
  LLMStreamChunkSchema,
  LLMInferenceRequestSchema as Request,
  LLMInferenceResponseSchema as Response,
} from '../../../services/gen/ai_integration_pb.js';
import { MetaSchema } from '../../../services/gen/common_pb.js';
import {
  Modality,
  RegisterModelRequestSchema,
  RegisterModelResponseSchema,
} from '../../../services/gen/model_mgmt_pb.js';
import { modelManagementParts } from '../../../services/model-management/parts.ts';
import type { Caller } from '../../../services/sdk/caller.ts';
import type { ServiceError } from '../../../services/sdk/errors.ts';
import type { ServiceParts } from '../../../services/sdk/start.ts';
import { beginTrace } from '../../../services/sdk/trace.ts';
import type { Service } from '../../../src/lib/fleet/fleet.ts';
import { type Lab, startLab } from '../helpers/lab.ts';
import { startRedis, type TestRedis } from '../helpers/redis.ts';
import type { Task } from '../helpers/task.ts';

/** @param init of the request, but for its prompt */
export function prompt(value: string, init: Pick<Init, 'modelId' | 'params' | 'context'> = {}): Init {
  return { ...init, input: { case: 'prompt', value } };
}

export function textOf({ output }: LLMInferenceResponse): string | undefined {
  return output.case === 'outputText' ? output.value : undefined;
}

export type Init = MessageInitShape<typeof Request>;

/** Two tasks of ai-integration with all that they stand on, and somebody who asks them. */
export interface AiFleet {
  lab: Lab;
  redis: TestRedis;
  /** Of ai-integration. */
  tasks: Task[];
  startAi(): Promise<Task>;
  startModels(): Promise<Task>;
  startAuth(): Promise<Task>;
  models: Task;
  auth: Task;
  /** As the operator would. */
  infer: ReturnType<typeof inferOf>;
  /** As another service would. */
  stream(init: Init, options?: StreamOptions): AsyncIterable<LLMStreamChunk>;
  /** The same to its end, whatever that is. */
  collect(init: Init, options?: StreamOptions): Promise<Collected>;
  /** Freezes and thaws every node. */
  signalRedis(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** A model of a provider, whose server knows it by its last word: `acme/fine`. */
  register(modelId: string): Promise<void>;
  stop(): Promise<void>;
}

interface Collected {
  chunks: LLMStreamChunk[];
  text: string;
  final: LLMStreamChunk | undefined;
  failure: ServiceError | undefined;
}

interface StreamOptions {
  userId?: string;
  timeoutMs?: number;
}

const INFER = 'svc.ai.llm.v1.infer';
const INFER_STREAM = {
  subject: 'svc.ai.llm.v1.infer_stream',
  request: Request,
  response: LLMStreamChunkSchema,
};
/** Plays a service that asks for text. */
const ASKER: Partial<Service> = {
  ...{ endpoints: [], publishes: [], calls: [INFER_STREAM.subject] },
  state: { kv: [], stream: [] },
};

export async function startAiFleet(): Promise<AiFleet> {
  const names = ['ai-integration', 'model-management', 'auth', 'settings'];
  const [lab, redis] = await Promise.all([startLab(names, { settings: ASKER }), startRedis()]);
  const { streams } = await lab.operator.jetstreamManager();
  await streams.add({ name: 'AI', subjects: ['evt.ai.>'], num_replicas: 3 });
  const startAi = () => lab.start('ai-integration', on(redis, aiIntegrationParts));
  const startModels = () => lab.start('model-management', modelManagementParts);
  const startAuth = () => lab.start('auth', on(redis, authParts));
  let caller: Caller | undefined;
  await lab.start('settings', {
    endpoints: (context) => {
      caller = context.caller;
      return {};
    },
  });
  const [one, two, models, auth] = await Promise.all([startAi(), startAi(), startModels(), startAuth()]);
  const stream: AiFleet['stream'] = (init, { userId = '', timeoutMs = 60_000 } = {}) => {
    const meta = create(MetaSchema, { userId });
    const { signal } = new AbortController();
    const origin = { meta, signal, trace: beginTrace(), remainingMs: () => timeoutMs };
    return (caller as Caller).stream(INFER_STREAM, init, origin);
  };
  return {
    ...{ lab, redis, models, auth, startAi, startModels, startAuth, tasks: [one, two], stream },
    infer: inferOf(lab),
    collect: async (init, options) => {
      const chunks: LLMStreamChunk[] = [];
      let failure: ServiceError | undefined;
      try {
        for await (const chunk of stream(init, options)) chunks.push(chunk);
      } catch (error) {
        failure = error as ServiceError;
      }
      const text = chunks.map(({ delta }) => (delta.case === 'outputTextDelta' ? delta.value : '')).join('');
      return { chunks, text, final: chunks.at(-1), failure };
    },
    signalRedis: (signal) => {
      for (const keeper of redis.keepers) {
        const pid = keeper.pid();
        if (pid !== undefined) process.kill(pid, signal);
      }
    },
    register: async (modelId) => {
      const [provider = '', upstream = ''] = modelId.split('/');
      const { error } = await lab.ask(
        'svc.ai.model.v1.register',
        RegisterModelRequestSchema,
        RegisterModelResponseSchema,
        {
          model: {
            ...{ modelId, provider, name: modelId, family: 'test', modality: Modality.TEXT },
            metadata: { upstream_model: upstream },
          },
        },
      );
      if (error) throw new Error(error.message);
    },
    stop: async () => {
      await lab.stop();
      await redis.stop();
    },
  };
}

function inferOf(lab: Lab) {
  return (init: Init, meta: MessageInitShape<typeof MetaSchema> = {}) => {
    const request = create(Request, init);
    request.meta = create(MetaSchema, meta);
    return lab.ask(INFER, Request, Response, request);
  };
}

/** The service itself, but for where its Redis is. */
function on(redis: TestRedis, parts: ServiceParts): ServiceParts {
  return {
    endpoints: (context) => {
      const environment = { ...context.environment, redisServers: redis.servers, redisAuth: redis.auth };
      return parts.endpoints({ ...context, environment, tlsFiles: redis.tlsFiles });
    },
  };
}
