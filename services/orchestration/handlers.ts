import {
  CancelRequestSchema,
  CancelResponseSchema,
  ExecuteWorkflowRequestSchema,
  ExecuteWorkflowResponseSchema,
  GetStatusRequestSchema,
  GetStatusResponseSchema,
} from '../gen/orchestration_pb.js';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import { invalid } from '../sdk/fields.ts';
import type { RequestContext } from '../sdk/request-context.ts';
import type { Driver } from './drive.ts';
import { cancelled, type Execution, isOver, progress } from './execution.ts';
import { STATUS, toSteps } from './message.ts';
import type { Require } from './require.ts';
import { newExecution } from './start.ts';
import type { Store } from './store.ts';
import { untilOver } from './until-over.ts';
import type { Workflow } from './workflow.ts';

/** Bytes. */
const MAX_REASON = 256;
/** Executions that a task is at. */
const MAX_RUNNING = 500;

export interface Orchestration {
  store: Store;
  self: string;
  driver: Driver;
  workflows: Map<string, Workflow>;
  /** What a workflow asks that the fleet does not have. */
  missing(workflow: Workflow): string[];
  require: Require;
  now: () => number;
}

export function orchestrationEndpoints(parts: Orchestration): Record<string, Endpoint> {
  const { store, self, driver, workflows, missing, require, now } = parts;
  const stepsOf = (execution: Execution) => toSteps(execution, workflows.get(execution.workflowId));
  const found = async (id: string, { meta }: RequestContext): Promise<Execution> => {
    if (!/^[0-9a-f]{32}$/.test(id)) throw invalid('execution_id is none that execute_workflow has given.');
    const execution = await store.get(id);
    const isTheirs = !meta?.userId || meta.userId === execution?.userId;
    if (execution && isTheirs) return execution;
    throw new ServiceError(Code.NOT_FOUND, 'There is no such execution, or it was forgotten after a week.');
  };

  return {
    execute_workflow: endpoint(
      ExecuteWorkflowRequestSchema,
      ExecuteWorkflowResponseSchema,
      async (request, context) => {
        const execution = newExecution(request, context, workflows, self, now());
        const before = await store.get(execution.id);
        const there = before ?? (await begin(execution, request.requiredServices, context));
        if (there.fingerprint !== execution.fingerprint)
          throw new ServiceError(Code.CONFLICT, 'The idempotency key is that of another workflow.');
        const last = isOver(there) ? there : await untilOver(store, there, context, driver.drive(there.id));
        return { executionId: last.id, steps: stepsOf(last), status: STATUS[last.status] };
      },
    ),

    get_status: endpoint(GetStatusRequestSchema, GetStatusResponseSchema, async (request, context) => {
      const execution = await found(request.executionId, context);
      return {
        executionId: execution.id,
        workflowId: execution.workflowId,
        steps: stepsOf(execution),
        status: STATUS[execution.status],
        progressPercentage: progress(execution),
      };
    }),

    cancel: endpoint(CancelRequestSchema, CancelResponseSchema, async ({ executionId, reason }, context) => {
      if (Buffer.byteLength(reason) > MAX_REASON) throw invalid(`reason is longer than ${MAX_REASON} bytes.`);
      const execution = await found(executionId, context);
      await store.update(executionId, (current) => cancelled(current, reason));
      const last = await untilOver(store, execution, context);
      const success = isOver(last) ? last.status === 'cancelled' : last.cancelled !== undefined;
      return { success, finalStatus: STATUS[last.status] };
    }),
  };

  /** @returns what is there: where two tasks begin the same at once, one of them does */
  async function begin(
    execution: Execution,
    services: string[],
    context: RequestContext,
  ): Promise<Execution> {
    const workflow = workflows.get(execution.workflowId);
    const subjects = workflow ? missing(workflow) : [];
    if (subjects.length > 0)
      throw new ServiceError(
        Code.FAILED_PRECONDITION,
        `${execution.workflowId} needs what the fleet does not have: ${subjects.join(', ')}.`,
      );
    if (driver.count() >= MAX_RUNNING)
      throw new ServiceError(Code.RESOURCE_EXHAUSTED, `${MAX_RUNNING} workflows are under way.`);
    await require(services, context);
    // The lease comes first: an execution that nobody is at would never be seen.
    if (!(await store.take(execution.id, self, now()))) {
      const other = await store.get(execution.id);
      if (other) return other;
      throw new ServiceError(Code.ABORTED, 'The same request is under way; ask again.');
    }
    return store.create(execution);
  }
}
