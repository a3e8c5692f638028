import {
  GetModelRequestSchema,
  GetModelResponseSchema,
  Modality,
  type ModelInfo,
} from '../gen/model_mgmt_pb.js';
import type { Caller } from '../sdk/caller.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import type { Origin } from '../sdk/request-context.ts';

const GET = {
  subject: 'svc.ai.model.v1.get',
  request: GetModelRequestSchema,
  response: GetModelResponseSchema,
};

/**
 * The model that a request names, or the one that is selected at this moment.
 * @throws ServiceError NOT_FOUND, FAILED_PRECONDITION for one that makes no text
 */
export async function modelOf(caller: Caller, modelId: string, origin: Origin): Promise<ModelInfo> {
  const { model } = await caller.ask(
    GET,
    modelId === '' ? { defaultOf: Modality.TEXT } : { modelId },
    origin,
  );
  if (model?.modality === Modality.TEXT) return model;
  throw new ServiceError(Code.FAILED_PRECONDITION, `The model ${modelId} makes no text.`);
}
