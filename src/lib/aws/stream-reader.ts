import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { type AwsAccess, openClient } from './clients.ts';
import { unlessNamed } from './errors.ts';

/** Reads one log stream while it is written. */
export interface StreamReader {
  /** Messages that came since the last call, oldest first; none before the stream is there. */
  more(): Promise<string[]>;
  /** Goes back to the beginning. */
  rewind(): void;
}

export function streamReader(access: AwsAccess, logGroupName: string, logStreamName: string): StreamReader {
  const send = openClient(access, 'logs', CloudWatchLogsClient);
  let nextToken: string | undefined;
  return {
    async more() {
      const messages: string[] = [];
      for (;;) {
        const command = new GetLogEventsCommand({
          ...{ logGroupName, logStreamName, nextToken },
          startFromHead: true,
        });
        const reply = await unlessNamed(['ResourceNotFoundException'], undefined, send(command));
        messages.push(...(reply?.events ?? []).map(({ message }) => message ?? ''));
        const last = nextToken;
        nextToken = reply?.nextForwardToken ?? nextToken;
        // The token of the last page comes back unchanged. It serves again when there is more.
        if (nextToken === last) return messages;
      }
    },
    rewind() {
      nextToken = undefined;
    },
  };
}
