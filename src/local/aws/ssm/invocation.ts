import type {
  CommandInvocation,
  CommandInvocationStatus,
  GetCommandInvocationResult,
} from '@aws-sdk/client-ssm';

/** A script that was sent to one instance, and what is known of it. Times in milliseconds since the epoch. */
export interface Invocation {
  commandId: string;
  instanceId: string;
  instanceName: string;
  comment: string;
  requestedAt: number;
  status: CommandInvocationStatus;
  /** `ExecutionTimedOut`, where the status alone does not tell. */
  details: string;
  code: number;
  stdout: string;
  stderr: string;
  endedAt: number | undefined;
}

export const DOCUMENT = 'AWS-RunShellScript';
/** What the document's one step is called. */
export const PLUGIN = 'aws:runShellScript';

/** Characters that are kept of each: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html */
const STDOUT_KEPT = 24_000;
const STDERR_KEPT = 8_000;
/** Of both together, where they are listed: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CommandPlugin.html */
const OUTPUT_LISTED = 2_500;

export function wireInvocation(invocation: Invocation): GetCommandInvocationResult {
  const { commandId, instanceId, comment, requestedAt, endedAt, status, details, code } = invocation;
  return {
    ...{ CommandId: commandId, InstanceId: instanceId, Comment: comment },
    ...{ DocumentName: DOCUMENT, DocumentVersion: '$DEFAULT', PluginName: PLUGIN },
    ...{ Status: status, StatusDetails: details, ResponseCode: code },
    ExecutionStartDateTime: new Date(requestedAt).toISOString(),
    ...(endedAt === undefined
      ? { ExecutionElapsedTime: '', ExecutionEndDateTime: '' }
      : {
          ExecutionElapsedTime: `PT${(endedAt - requestedAt) / 1000}S`,
          ExecutionEndDateTime: new Date(endedAt).toISOString(),
        }),
    StandardOutputContent: cut(invocation.stdout, STDOUT_KEPT),
    StandardErrorContent: cut(invocation.stderr, STDERR_KEPT),
    ...{ StandardOutputUrl: '', StandardErrorUrl: '' },
    CloudWatchOutputConfig: { CloudWatchOutputEnabled: false },
  };
}

/** @param details with what it printed */
export function listedInvocation(invocation: Invocation, details: boolean | undefined): CommandInvocation {
  const { commandId, instanceId, instanceName, comment, requestedAt, endedAt } = invocation;
  const state = { Status: invocation.status, StatusDetails: invocation.details };
  return {
    ...{ CommandId: commandId, InstanceId: instanceId, InstanceName: instanceName, Comment: comment },
    ...{ DocumentName: DOCUMENT, DocumentVersion: '$DEFAULT' },
    RequestedDateTime: new Date(requestedAt),
    ...state,
    CommandPlugins: details
      ? [
          {
            Name: PLUGIN,
            ...(state as { Status: never; StatusDetails: string }),
            ResponseCode: invocation.code,
            ResponseStartDateTime: new Date(requestedAt),
            ...(endedAt !== undefined && { ResponseFinishDateTime: new Date(endedAt) }),
            Output: cut(outputOf(invocation), OUTPUT_LISTED),
          },
        ]
      : [],
  };
}

function outputOf({ stdout, stderr }: Invocation): string {
  return stderr === '' ? stdout : `${stdout}\n----------ERROR-------\n${stderr}`;
}

const CUT = '---Output truncated---';

function cut(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most - CUT.length) + CUT;
}
