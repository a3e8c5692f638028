import { Code, ServiceError } from '../sdk/errors.ts';
import type { Events } from '../sdk/events.ts';
import type { Logger } from '../sdk/log.ts';
import type { Execution, Notice } from './execution.ts';

/**
 * Publishes what an execution has yet to tell: published first, struck out after. A task that dies in between leaves it
 * to the next one, with the same id.
 * @throws ServiceError UNAVAILABLE
 */
export function createTeller(
  events: Events,
  log: Logger,
  strikeOut: (id: string, what: Notice) => Promise<unknown>,
) {
  return async ({ id, workflowId, status, untold }: Execution): Promise<void> => {
    for (const what of untold) {
      try {
        await events.publish(`evt.orchestration.workflow.${what}.v1`, {
          id: `orchestration.${id}.${what}`,
          payload: { execution_id: id, workflow_id: workflowId, ...(what === 'completed' && { status }) },
          metadata: { workflow_id: workflowId },
        });
      } catch (error) {
        // Without a stream it would never be over.
        if (!(error instanceof ServiceError) || error.code !== Code.FAILED_PRECONDITION) throw error;
        log.error({ err: error, execution: id }, 'an event is lost');
      }
      await strikeOut(id, what);
    }
  };
}
