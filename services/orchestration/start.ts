import { createHash, randomUUID } from 'node:crypto';
import type { ExecuteWorkflowRequest } from '../gen/orchestration_pb.js';
import { Code, ServiceError } from '../sdk/errors.ts';
import { invalid } from '../sdk/fields.ts';
import type { RequestContext } from '../sdk/request-context.ts';
import type { Execution } from './execution.ts';
import { validParameters } from './parameters.ts';
import type { Workflow } from './workflow.ts';

/** Seconds. */
const MAX_TIMEOUT = 3_600;

/**
 * The execution that a request asks for. The same user's request with the same key asks for the same one.
 * @throws ServiceError INVALID_ARGUMENT, NOT_FOUND, PERMISSION_DENIED
 */
export function newExecution(
  { workflowId, parameters, timeoutSeconds }: ExecuteWorkflowRequest,
  { meta, key, trace }: Pick<RequestContext, 'meta' | 'key' | 'trace'>,
  workflows: Map<string, Workflow>,
  self: string,
  now: number,
): Execution {
  if (!/^[a-z0-9-]{1,64}$/.test(workflowId))
    throw invalid('workflow_id must have 1 to 64 lower-case letters, digits and dashes.');
  const workflow = workflows.get(workflowId);
  if (!workflow)
    throw new ServiceError(
      Code.NOT_FOUND,
      `There is no workflow ${workflowId}, only ${[...workflows.keys()].join(', ')}.`,
    );
  if (timeoutSeconds > MAX_TIMEOUT) throw invalid(`timeout_seconds must be ${MAX_TIMEOUT} at most.`);
  const userId = meta?.userId ?? '';
  if (userId !== '' && !workflow.players)
    throw new ServiceError(
      Code.PERMISSION_DENIED,
      `${workflowId} is for services to begin: it concerns everybody.`,
    );
  return {
    id: key ? idOf(userId, key.id) : randomUUID().replaceAll('-', ''),
    workflowId,
    fingerprint: key?.fingerprint ?? '',
    parameters: validParameters(workflow.parameters, parameters ?? {}),
    userId,
    traceId: meta?.traceId || trace.traceId,
    startedMs: now,
    deadlineMs: now + 1_000 * (timeoutSeconds || workflow.timeoutSeconds),
    by: self,
    status: 'running',
    steps: workflow.steps.map(({ id }) => ({ id, status: 'pending' })),
    untold: ['started'],
  };
}

function idOf(userId: string, key: string): string {
  return createHash('sha256').update(`${userId}\0${key}`).digest('hex').slice(0, 32);
}
