import {
  type CommandInvocationStatus,
  GetCommandInvocationCommand,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { pause } from '../pause.ts';
import { type AwsAccess, openClient } from './clients.ts';
import { unlessNamed } from './errors.ts';

/** What became of a script on one instance. */
export interface CommandOutcome {
  /** `ran`: it came to its end, whatever its exit code. `lost`: it did not run, or nobody knows how far it came. */
  kind: 'ran' | 'lost';
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
  /** Systems Manager's own word: `Success`, `Undeliverable`, `ExecutionTimedOut`. */
  status: string;
  /** Whether standard output was longer than Systems Manager keeps. */
  cut: boolean;
}

export interface RunCommand {
  /** @param lines of a POSIX shell script: they stay in the account's history @throws GsysError, of AWS's refusals too */
  run(instanceId: string, lines: string[], signal: AbortSignal | undefined): Promise<CommandOutcome>;
}

/** Seconds until an agent has taken it; the least that there may be. */
const DELIVERY_TIMEOUT = 30;
/** Seconds that it may run: making an RSA key on a busy machine takes some. */
const EXECUTION_TIMEOUT = 60;
/** Milliseconds between two looks. */
const POLL = 400;
/** Milliseconds: after this, Systems Manager itself should have given up long since. */
const PATIENCE = (DELIVERY_TIMEOUT + EXECUTION_TIMEOUT + 30) * 1000;
/** Characters: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html */
const OUTPUT_KEPT = 24_000;

const UNDER_WAY: (CommandInvocationStatus | undefined)[] = ['Pending', 'InProgress', 'Delayed', 'Cancelling'];

/** Run Command of Systems Manager, with AWS's own document for shell scripts. */
export function runCommand(access: AwsAccess): RunCommand {
  const send = openClient(access, 'ssm', SSMClient);
  return {
    async run(InstanceId, lines, signal) {
      const { Command } = await send(
        new SendCommandCommand({
          InstanceIds: [InstanceId],
          DocumentName: 'AWS-RunShellScript',
          Comment: 'gsys',
          TimeoutSeconds: DELIVERY_TIMEOUT,
          Parameters: { commands: lines, executionTimeout: [String(EXECUTION_TIMEOUT)] },
        }),
      );
      const look = new GetCommandInvocationCommand({ CommandId: Command?.CommandId, InstanceId });
      for (let waited = 0; waited < PATIENCE; waited += POLL) {
        await pause(POLL, signal);
        // The one that was just sent may not be known yet to whoever answers.
        const seen = await unlessNamed(['InvocationDoesNotExist'], undefined, send(look));
        if (seen?.Status === undefined || UNDER_WAY.includes(seen.Status)) continue;
        const { StandardOutputContent: stdout = '', StandardErrorContent: stderr = '' } = seen;
        const ran = seen.StatusDetails === 'Success' || seen.StatusDetails === 'Failed';
        return {
          kind: ran ? 'ran' : 'lost',
          exitCode: ran ? seen.ResponseCode : undefined,
          ...{ stdout, stderr },
          status: seen.StatusDetails ?? seen.Status,
          cut: stdout.length >= OUTPUT_KEPT || /truncated-*$/.test(stdout),
        };
      }
      const status = `no end after ${PATIENCE / 1000} s`;
      return { kind: 'lost', exitCode: undefined, stdout: '', stderr: '', status, cut: false };
    },
  };
}
