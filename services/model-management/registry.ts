import { Modality } from '../gen/model_mgmt_pb.js';
import { Code, ServiceError } from '../sdk/errors.ts';

export interface Model {
  modelId: string;
  name: string;
  provider: string;
  family: string;
  modality: Modality;
  metadata: Record<string, string>;
  /** Milliseconds since the epoch. */
  createdMs: number;
  updatedMs: number;
}

/** What lies in the bucket, as one value: a model and its selection never contradict each other. */
export interface Registry {
  /** Without the built-in ones; by id. */
  models: Model[];
  /** At most one a modality. */
  selected: { modality: Modality; modelId: string }[];
}

export const EMPTY: Registry = { models: [], selected: [] };

/** All of them, described as fully as they may be, are far from the largest value that a bucket takes. */
const MAX_MODELS = 64;
const SINCE = Date.UTC(2026, 10, 27);

/** What every fleet has. The first of a modality is its default until somebody selects another one. */
const BUILT_IN: Model[] = [
  {
    modelId: 'gsys-echo-1',
    name: 'Built-in deterministic model',
    provider: 'gsys',
    family: 'gsys-echo',
    modality: Modality.TEXT,
    metadata: {
      kind: 'rules, no neural network: it makes sentences of what it is given, and knows nothing',
      deterministic: 'true',
      served_by: 'svc.ai.llm.v1.infer',
    },
    createdMs: SINCE,
    updatedMs: SINCE,
  },
];

export function allOf({ models }: Registry): Model[] {
  return [...BUILT_IN, ...models];
}

/** @throws ServiceError NOT_FOUND */
export function modelOf(registry: Registry, modelId: string): Model {
  const model = allOf(registry).find((one) => one.modelId === modelId);
  if (model) return model;
  throw new ServiceError(Code.NOT_FOUND, `There is no model ${JSON.stringify(modelId)}.`);
}

/** Undefined where a modality has no built-in model and nobody has selected one. */
export function defaultOf({ selected }: Registry, modality: Modality): string | undefined {
  const own = selected.find((one) => one.modality === modality) ?? builtInOf(modality);
  return own?.modelId;
}

/** @throws ServiceError NOT_FOUND */
export function defaultModelOf(registry: Registry, modality: Modality): Model {
  const modelId = defaultOf(registry, modality);
  if (modelId !== undefined) return modelOf(registry, modelId);
  throw new ServiceError(Code.NOT_FOUND, `No model is the default of MODALITY_${Modality[modality]}.`);
}

/** @throws ServiceError FAILED_PRECONDITION, RESOURCE_EXHAUSTED */
export function withModel(registry: Registry, model: Omit<Model, 'createdMs' | 'updatedMs'>, nowMs: number) {
  assertNotBuiltIn(model.modelId);
  const before = registry.models.find(({ modelId }) => modelId === model.modelId);
  const others = registry.models.filter((one) => one !== before);
  if (others.length >= MAX_MODELS)
    throw new ServiceError(Code.RESOURCE_EXHAUSTED, `The registry holds ${MAX_MODELS} models at most.`);
  const registered: Model = { ...model, createdMs: before?.createdMs ?? nowMs, updatedMs: nowMs };
  return {
    registered,
    registry: {
      models: [...others, registered].sort((a, b) => (a.modelId < b.modelId ? -1 : 1)),
      // What it was selected for it makes no more.
      selected: registry.selected.filter(
        ({ modelId, modality }) => modelId !== model.modelId || modality === model.modality,
      ),
    },
  };
}

/**
 * A selected one takes its selection along.
 * @returns undefined when there is none
 * @throws ServiceError FAILED_PRECONDITION
 */
export function withoutModel({ models, selected }: Registry, modelId: string): Registry | undefined {
  assertNotBuiltIn(modelId);
  const kept = models.filter((one) => one.modelId !== modelId);
  if (kept.length === models.length) return undefined;
  return { models: kept, selected: selected.filter((one) => one.modelId !== modelId) };
}

/** @returns undefined when it is the default already */
export function withSelected(registry: Registry, modelId: string, modality: Modality): Registry | undefined {
  if (defaultOf(registry, modality) === modelId) return undefined;
  const others = registry.selected.filter((one) => one.modality !== modality);
  return { ...registry, selected: [...others, { modality, modelId }] };
}

function builtInOf(modality: Modality): Model | undefined {
  return BUILT_IN.find((model) => model.modality === modality);
}

function assertNotBuiltIn(modelId: string): void {
  if (BUILT_IN.some((model) => model.modelId === modelId))
    throw new ServiceError(Code.FAILED_PRECONDITION, `${modelId} is built in: it stays as it is.`);
}
