import type {
  GetCommandInvocationRequest,
  GetCommandInvocationResult,
  ListCommandInvocationsRequest,
  ListCommandInvocationsResult,
  SendCommandRequest,
  SendCommandResult,
} from '@aws-sdk/client-ssm';
import { NODE_SCRIPT, parseNodeCall } from '../../../lib/nats/node-script.ts';
import type { AwsContext } from '../context.ts';
import { page, pageSize } from '../paging.ts';
import { AwsError } from '../service.ts';
import { DOCUMENT, type Invocation, listedInvocation, PLUGIN, wireInvocation } from './invocation.ts';
import { refusal } from './limits.ts';
import { runScript, type ScriptRun } from './run-script.ts';

/** A machine that commands can be sent to: here, the folder of a NATS node. */
export interface Instance {
  instanceId: string;
  name: string;
  folder: string;
}

export interface Commands {
  operations: ReturnType<typeof operationsOf>;
  /** Ends what runs. */
  close(): void;
}

/** Invocations that are remembered, without a restart between. AWS has them for 30 days. */
const REMEMBERED = 500;
/** ListCommandInvocations gives fifty at most, and fifty when not asked. */
const PAGE = { most: 50, usual: 50, refuse: refusal };
/** Seconds: what AWS-RunShellScript says when nobody else does. */
const EXECUTION_TIMEOUT = '3600';

/**
 * Run Command, for gsys's own script in the folders of the nodes. Whoever reaches the endpoint could run anything with
 * a real one: any other script, any other folder and any other document is refused.
 */
export function createCommands(context: AwsContext, instances: Instance[]): Commands {
  const running = new Set<ScriptRun>();
  return {
    operations: operationsOf(context, instances, running),
    close() {
      for (const run of running) run.kill();
    },
  };
}

function operationsOf(context: AwsContext, instances: Instance[], running: Set<ScriptRun>) {
  const invocations = new Map<string, Invocation>();
  const keyOf = (commandId: string, instanceId: string) => `${commandId}/${instanceId}`;
  const start = (commandId: string, { instanceId, name }: Instance, order: Order) => {
    const invocation: Invocation = {
      ...{ commandId, instanceId, instanceName: name, comment: order.comment },
      ...{ requestedAt: context.clock(), endedAt: undefined },
      ...{ status: 'InProgress', details: 'InProgress', code: -1, stdout: '', stderr: '' },
    };
    invocations.set(keyOf(commandId, instanceId), invocation);
    const [oldest] = invocations.keys();
    if (invocations.size > REMEMBERED && oldest !== undefined) invocations.delete(oldest);
    const run = runScript(order.script);
    running.add(run);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      run.kill();
    }, order.timeout * 1000).unref();
    void run.ended.then(({ code, stdout, stderr }) => {
      clearTimeout(timer);
      running.delete(run);
      const [status, details] = late
        ? (['TimedOut', 'ExecutionTimedOut'] as const)
        : code === 0
          ? (['Success', 'Success'] as const)
          : (['Failed', 'Failed'] as const);
      Object.assign(invocation, { status, details, code, stdout, stderr, endedAt: context.clock() });
    });
  };
  return {
    SendCommand(input: SendCommandRequest): SendCommandResult {
      const chosen = chooseInstances(input, instances);
      const order = readOrder(input, chosen);
      const commandId = context.randomId();
      for (const instance of chosen) start(commandId, instance, order);
      const now = context.clock();
      return {
        Command: {
          ...{ CommandId: commandId, DocumentName: DOCUMENT, DocumentVersion: '$DEFAULT' },
          ...{ Comment: order.comment, Parameters: input.Parameters, InstanceIds: input.InstanceIds },
          ...{ Targets: [], RequestedDateTime: new Date(now), Status: 'Pending', StatusDetails: 'Pending' },
          ...{ MaxConcurrency: '50', MaxErrors: '0', TargetCount: chosen.length, CompletedCount: 0 },
          ...{ ErrorCount: 0, DeliveryTimedOutCount: 0, TimeoutSeconds: input.TimeoutSeconds ?? 3600 },
          ExpiresAfter: new Date(now + (order.timeout + (input.TimeoutSeconds ?? 3600)) * 1000),
        },
      };
    },

    GetCommandInvocation(input: GetCommandInvocationRequest): GetCommandInvocationResult {
      const { CommandId = '', InstanceId = '', PluginName } = input;
      if (!UUID.test(CommandId))
        throw new AwsError('InvalidCommandId', 'The specified command ID is not valid.');
      if (PluginName !== undefined && PluginName !== PLUGIN)
        throw new AwsError('InvalidPluginName', 'The plugin name is not valid.');
      const found = invocations.get(keyOf(CommandId, InstanceId));
      if (found === undefined)
        throw new AwsError(
          'InvocationDoesNotExist',
          'The command ID and instance ID that were given match no invocation.',
        );
      return wireInvocation(found);
    },

    ListCommandInvocations(input: ListCommandInvocationsRequest): ListCommandInvocationsResult {
      if (input.Filters?.length) throw refusal('Filters of commands are not supported here.');
      const { CommandId, InstanceId } = input;
      const matching = [...invocations.values()]
        .filter(({ commandId }) => CommandId === undefined || commandId === CommandId)
        .filter(({ instanceId }) => InstanceId === undefined || instanceId === InstanceId);
      const { items, nextToken } = page(matching, {
        key: ({ commandId, instanceId }) => keyOf(commandId, instanceId),
        limit: pageSize(input.MaxResults, PAGE),
        token: input.NextToken,
        badToken: () => new AwsError('InvalidNextToken', 'The specified token is not valid.'),
      });
      return {
        CommandInvocations: items.map((it) => listedInvocation(it, input.Details)),
        NextToken: nextToken,
      };
    },
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function chooseInstances(input: SendCommandRequest, instances: Instance[]): Instance[] {
  const { InstanceIds = [], Targets = [] } = input;
  if (Targets.length > 0) throw invalid('Targets are not supported here: name InstanceIds.');
  if (InstanceIds.length === 0) throw invalid('At least one of InstanceIds and Targets is required.');
  if (new Set(InstanceIds).size < InstanceIds.length)
    throw new AwsError('DuplicateInstanceId', 'An instance ID may be given once.');
  const unknown = InstanceIds.filter((id) => !instances.some(({ instanceId }) => instanceId === id));
  if (unknown.length > 0)
    throw new AwsError('InvalidInstanceId', `Instances [[${unknown.join(', ')}]] not in a valid state`);
  return instances.filter(({ instanceId }) => InstanceIds.includes(instanceId));
}

/** What is to be run, checked. */
interface Order {
  script: string;
  /** Seconds. */
  timeout: number;
  comment: string;
}

function readOrder(input: SendCommandRequest, chosen: Instance[]): Order {
  const { DocumentName, Parameters = {}, TimeoutSeconds, Comment = '' } = input;
  if (DocumentName !== DOCUMENT)
    throw new AwsError(
      'InvalidDocument',
      `The document ${DocumentName} is not known here: only ${DOCUMENT} is.`,
    );
  if (TimeoutSeconds !== undefined && (TimeoutSeconds < 30 || TimeoutSeconds > 2_592_000))
    throw refusal(
      `1 validation error detected: Value '${TimeoutSeconds}' at 'timeoutSeconds' failed to satisfy constraint: Member must be between 30 and 2592000`,
    );
  const { commands, executionTimeout = [EXECUTION_TIMEOUT], ...more } = Parameters;
  if (commands === undefined) throw invalid('The parameter commands is required.');
  if (Object.keys(more).length > 0)
    throw invalid(`${Object.keys(more).join(', ')}: not a parameter that is supported here.`);
  const [seconds = ''] = executionTimeout;
  if (executionTimeout.length !== 1 || !/^[1-9]\d{0,5}$/.test(seconds))
    throw invalid('executionTimeout is a number of seconds from 1 to 172800.');
  const [script, line = '', ...rest] = commands;
  const call = parseNodeCall(line);
  if (script !== NODE_SCRIPT || call === undefined || rest.length > 0)
    throw invalid('This platform runs the node script of gsys with one call of it, and no other command.');
  const foreign = chosen.find(({ folder }) => folder !== call.folder);
  if (foreign !== undefined)
    throw invalid(`${call.folder} is not the folder of ${foreign.name} (${foreign.instanceId}).`);
  return { script: `${script}\n${line}\n`, timeout: Number(seconds), comment: Comment };
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameters', message);
}
