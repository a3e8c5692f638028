import { Modality, type ModelInfo } from '../gen/model_mgmt_pb.js';
import { Code, ServiceError } from '../sdk/errors.ts';
import type { Model } from './registry.ts';

/** Bytes of an id and a name. */
const MAX_NAME = 128;
const MAX_METADATA = 16;
/** Bytes. */
const MAX_METADATA_KEY = 64;
const MAX_METADATA_VALUE = 256;

export function validModelId(modelId: string, field: string): void {
  if (!/^[\x21-\x7e]{1,128}$/.test(modelId))
    throw invalid(`${field} must be 1 to ${MAX_NAME} visible Latin letters.`);
}

export function validModality(modality: Modality, field: string): void {
  if (modality === Modality.UNSPECIFIED || Modality[modality] === undefined)
    throw invalid(`${field} must be MODALITY_TEXT, MODALITY_EMBEDDING, MODALITY_IMAGE or MODALITY_AUDIO.`);
}

export function validProvider(provider: string, field: string): void {
  if (!/^[a-z0-9][a-z0-9_-]{0,63}$/.test(provider))
    throw invalid(`${field} must be a lower-case word of 64 letters, digits, - and _ at most.`);
}

/** @throws ServiceError INVALID_ARGUMENT */
export function modelFrom(info: ModelInfo | undefined): Omit<Model, 'createdMs' | 'updatedMs'> {
  if (!info) throw invalid('model is missing.');
  const { modelId, name, provider, family, modality, metadata } = info;
  validModelId(modelId, 'model.model_id');
  if (name === '' || Buffer.byteLength(name) > MAX_NAME)
    throw invalid(`model.name must have 1 to ${MAX_NAME} bytes.`);
  validProvider(provider, 'model.provider');
  validProvider(family, 'model.family');
  validModality(modality, 'model.modality');
  const entries = Object.entries(metadata);
  if (entries.length > MAX_METADATA) throw invalid(`model.metadata has more than ${MAX_METADATA} entries.`);
  for (const [key, value] of entries)
    if (
      key === '' ||
      Buffer.byteLength(key) > MAX_METADATA_KEY ||
      Buffer.byteLength(value) > MAX_METADATA_VALUE
    )
      throw invalid(
        `model.metadata must have keys of 1 to ${MAX_METADATA_KEY} bytes, and values of ${MAX_METADATA_VALUE} at most.`,
      );
  return { modelId, name, provider, family, modality, metadata };
}

function invalid(message: string): ServiceError {
  return new ServiceError(Code.INVALID_ARGUMENT, message);
}
