import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  GetModelRequestSchema,
  GetModelResponseSchema,
  ListModelsRequestSchema,
  ListModelsResponseSchema,
  Modality,
  ModalitySchema,
  RegisterModelRequestSchema,
  RegisterModelResponseSchema,
  SelectModelRequestSchema,
  SelectModelResponseSchema,
  UnregisterModelRequestSchema,
  UnregisterModelResponseSchema,
} from '../gen/model_mgmt_pb.js';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import type { Events } from '../sdk/events.ts';
import { enumOf } from '../sdk/fields.ts';
import type { Bucket } from '../sdk/kv.ts';
import {
  allOf,
  defaultModelOf,
  defaultOf,
  EMPTY,
  type Model,
  modelOf,
  type Registry,
  withModel,
  withoutModel,
  withSelected,
} from './registry.ts';
import { modelFrom, modelIdOf, providerOf } from './validate.ts';

const REGISTRY = 'registry';

/** The endpoints over the registry that all tasks share. */
export function modelEndpoints(
  bucket: Bucket,
  events: Events,
  now: () => number = Date.now,
): Record<string, Endpoint> {
  const read = async () => (await bucket.get<Registry>(REGISTRY)) ?? EMPTY;
  const change = (next: (registry: Registry) => Registry | undefined) =>
    bucket.update<Registry>(REGISTRY, (registry = EMPTY) => next(registry));

  return {
    list: endpoint(ListModelsRequestSchema, ListModelsResponseSchema, async (request) => {
      const { modalityFilter: modality, providerFilter: provider } = request;
      if (modality !== undefined) enumOf('modality_filter', ModalitySchema, modality);
      if (provider !== '') providerOf('provider_filter', provider);
      const registry = await read();
      const models = allOf(registry).filter(
        (one) =>
          (modality === undefined || one.modality === modality) &&
          (provider === '' || one.provider === provider),
      );
      return { models: models.map((model) => describe(model, registry)) };
    }),

    get: endpoint(GetModelRequestSchema, GetModelResponseSchema, async ({ modelId, defaultOf: modality }) => {
      if (modality === undefined) modelIdOf('model_id', modelId);
      else enumOf('default_of', ModalitySchema, modality);
      if (modality !== undefined && modelId !== '')
        throw new ServiceError(Code.INVALID_ARGUMENT, 'model_id and default_of ask for two models.');
      const registry = await read();
      const model = modality === undefined ? modelOf(registry, modelId) : defaultModelOf(registry, modality);
      return { model: describe(model, registry) };
    }),

    select: endpoint(SelectModelRequestSchema, SelectModelResponseSchema, async ({ modelId }, { log }) => {
      modelIdOf('model_id', modelId);
      let selected: { model: Model; previous: string | undefined } | undefined;
      await change((registry) => {
        const model = modelOf(registry, modelId);
        const next = withSelected(registry, model);
        selected = next && { model, previous: defaultOf(registry, model.modality) };
        return next;
      });
      if (selected) {
        const { model, previous = '' } = selected;
        const payload = {
          model_id: modelId,
          modality: Modality[model.modality],
          previous_model_id: previous,
        };
        await events.announce('evt.ai.model.selected.v1', { payload }, log);
      }
      return { ok: true };
    }),

    register: endpoint(RegisterModelRequestSchema, RegisterModelResponseSchema, async ({ model }) => {
      const wanted = modelFrom(model);
      const nowMs = now();
      let reply: ReturnType<typeof describe> | undefined;
      await change((before) => {
        const { registered, registry } = withModel(before, wanted, nowMs);
        reply = describe(registered, registry);
        return registry;
      });
      return { ...(reply && { model: reply }) };
    }),

    unregister: endpoint(UnregisterModelRequestSchema, UnregisterModelResponseSchema, async ({ modelId }) => {
      modelIdOf('model_id', modelId);
      let success = false;
      await change((registry) => {
        const next = withoutModel(registry, modelId);
        success = next !== undefined;
        return next;
      });
      return { success };
    }),
  };
}

function describe({ createdMs, updatedMs, ...model }: Model, registry: Registry) {
  return {
    ...model,
    isDefault: defaultOf(registry, model.modality) === model.modelId,
    createdAt: timestampFromMs(createdMs),
    updatedAt: timestampFromMs(updatedMs),
  };
}
