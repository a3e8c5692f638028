import type { JsonValue } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { Meta } from '../gen/common_pb.js';
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
import { enumOf, invalid } from '../sdk/fields.ts';
import { hashOf } from '../sdk/hash.ts';
import type { Change, Records, RequestKey } from '../sdk/records.ts';
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
  models: Records,
  events: Events,
  now: () => number = () => Date.now(),
): Record<string, Endpoint> {
  const read = async () => (await models.get<Registry>(REGISTRY)) ?? EMPTY;
  const change = <R extends JsonValue>(
    key: RequestKey | undefined,
    next: (registry: Registry) => Change<Registry, R>,
  ) => models.change(REGISTRY, key, (registry: Registry = EMPTY) => next(registry));

  return {
    list: endpoint(ListModelsRequestSchema, ListModelsResponseSchema, async (request) => {
      const { modalityFilter: modality, providerFilter: provider } = request;
      if (modality !== undefined) enumOf('modality_filter', ModalitySchema, modality);
      if (provider !== '') providerOf('provider_filter', provider);
      const registry = await read();
      const found = allOf(registry).filter(
        (one) =>
          (modality === undefined || one.modality === modality) &&
          (provider === '' || one.provider === provider),
      );
      return { models: found.map((model) => describe(model, registry)) };
    }),

    get: endpoint(GetModelRequestSchema, GetModelResponseSchema, async ({ modelId, defaultOf: modality }) => {
      if (modality === undefined) modelIdOf('model_id', modelId);
      else enumOf('default_of', ModalitySchema, modality);
      if (modality !== undefined && modelId !== '')
        throw invalid('model_id and default_of ask for two models.');
      const registry = await read();
      const model = modality === undefined ? modelOf(registry, modelId) : defaultModelOf(registry, modality);
      return { model: describe(model, registry) };
    }),

    select: endpoint(
      SelectModelRequestSchema,
      SelectModelResponseSchema,
      async ({ modelId }, { meta, key, log }) => {
        assertNoPlayer(meta);
        modelIdOf('model_id', modelId);
        const { isChanged, ...told } = await change(key, (registry) => {
          const { modality } = modelOf(registry, modelId);
          const next = withSelected(registry, modelId, modality);
          const previous = defaultOf(registry, modality) ?? '';
          return {
            next,
            result: {
              isChanged: next !== undefined,
              modality: Modality[modality],
              previous_model_id: previous,
            },
          };
        });
        // A retry tells of the first selection again: it is the same event.
        const id = key && { id: `model.${hashOf(modelId, key.id)}` };
        const payload = { model_id: modelId, ...told };
        if (isChanged) await events.announce('evt.ai.model.selected.v1', { ...id, payload }, log);
        return { ok: true };
      },
    ),

    register: endpoint(
      RegisterModelRequestSchema,
      RegisterModelResponseSchema,
      async ({ model }, { key }) => {
        const wanted = modelFrom(model);
        const made = await change(key, (before) => {
          const { registered, registry } = withModel(before, wanted, now());
          const { createdMs, updatedMs, modality, modelId } = registered;
          const isDefault = defaultOf(registry, modality) === modelId;
          return { next: registry, result: { createdMs, updatedMs, isDefault } };
        });
        return { model: toMessage({ ...wanted, ...made }, made.isDefault) };
      },
    ),

    unregister: endpoint(
      UnregisterModelRequestSchema,
      UnregisterModelResponseSchema,
      async ({ modelId }, { key }) => {
        modelIdOf('model_id', modelId);
        const success = await change(key, (registry) => {
          const next = withoutModel(registry, modelId);
          return { next, result: next !== undefined };
        });
        return { success };
      },
    ),
  };
}

/** @throws ServiceError PERMISSION_DENIED */
function assertNoPlayer(meta: Meta | undefined): void {
  if (meta?.userId)
    throw new ServiceError(Code.PERMISSION_DENIED, 'Services and operators select a model, for all players.');
}

function describe(model: Model, registry: Registry) {
  return toMessage(model, defaultOf(registry, model.modality) === model.modelId);
}

function toMessage({ createdMs, updatedMs, ...model }: Model, isDefault: boolean) {
  return {
    ...model,
    isDefault,
    createdAt: timestampFromMs(createdMs),
    updatedAt: timestampFromMs(updatedMs),
  };
}
