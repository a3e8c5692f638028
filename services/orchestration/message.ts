import type { MessageInitShape } from '@bufbuild/protobuf';
import { StepStatus, WorkflowStatus, type WorkflowStepSchema } from '../gen/orchestration_pb.js';
import type { Execution, Status, StepStatus as Step, StepRecord } from './execution.ts';
import type { Workflow } from './workflow.ts';

export const STATUS: Record<Status, WorkflowStatus> = {
  running: WorkflowStatus.RUNNING,
  compensating: WorkflowStatus.COMPENSATING,
  completed: WorkflowStatus.COMPLETED,
  failed: WorkflowStatus.FAILED,
  cancelled: WorkflowStatus.CANCELLED,
  timed_out: WorkflowStatus.TIMED_OUT,
};

const STEP_STATUS: Record<Step, StepStatus> = {
  pending: StepStatus.PENDING,
  running: StepStatus.RUNNING,
  completed: StepStatus.COMPLETED,
  failed: StepStatus.FAILED,
  unknown: StepStatus.UNKNOWN,
  compensated: StepStatus.COMPENSATED,
  stuck: StepStatus.COMPENSATION_FAILED,
};

export function toSteps(
  { steps }: Execution,
  workflow: Workflow | undefined,
): MessageInitShape<typeof WorkflowStepSchema>[] {
  return steps.map((record) => {
    const { service = '', subject = '' } = workflow?.steps.find(({ id }) => id === record.id) ?? {};
    return { ...toStep(record), service, operation: subject };
  });
}

function toStep({ id, status, startedMs, completedMs, result, error }: StepRecord) {
  return {
    ...{ stepId: id, status: STEP_STATUS[status] },
    ...(startedMs !== undefined && { startedAtMs: BigInt(startedMs) }),
    ...(completedMs !== undefined && { completedAtMs: BigInt(completedMs) }),
    ...(result !== undefined && { result }),
    ...(error !== undefined && { errorMessage: error }),
  };
}
