import { ModalitySchema, type ModelInfo } from '../gen/model_mgmt_pb.js';
import { enumOf, invalid, metadataOf, textOf } from '../sdk/fields.ts';
import type { Model } from './registry.ts';

/** Bytes of an id and a name. */
const MAX_NAME = 128;
const METADATA = { entries: 16, key: 64, value: 256 };

/** @throws ServiceError INVALID_ARGUMENT, as all of these */
export function modelIdOf(field: string, modelId: string): string {
  if (/^[\x21-\x7e]{1,128}$/.test(modelId)) return modelId;
  throw invalid(`${field} must be 1 to ${MAX_NAME} visible Latin letters.`);
}

export function providerOf(field: string, provider: string): string {
  if (/^[a-z0-9][a-z0-9_-]{0,63}$/.test(provider)) return provider;
  throw invalid(`${field} must be a lower-case word of 64 letters, digits, - and _ at most.`);
}

export function modelFrom(info: ModelInfo | undefined): Omit<Model, 'createdMs' | 'updatedMs'> {
  if (!info) throw invalid('model is missing.');
  const { modelId, name, provider, family, modality, metadata } = info;
  return {
    modelId: modelIdOf('model.model_id', modelId),
    name: textOf('model.name', name, MAX_NAME),
    provider: providerOf('model.provider', provider),
    family: providerOf('model.family', family),
    modality: enumOf('model.modality', ModalitySchema, modality),
    metadata: metadataOf('model.metadata', metadata, METADATA),
  };
}
