import { CloudWatchLogsClient, StartLiveTailCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GsysError } from '../errors.ts';
import { type AwsAccess, openClient } from './clients.ts';
import { asAwsFailure } from './errors.ts';
import type { LogEvent } from './logs.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html */
export const LIVE_TAIL = { groups: 10, prefixes: 10, sessions: 15 };

export interface TailRequest {
  /** Names; at most ten. */
  groups: string[];
  /** Of streams; at most ten, and of a single group only. */
  prefixes?: string[] | undefined;
}

/** Live Tail tells no ids. */
export type LiveEvent = Omit<LogEvent, 'id'>;

export type TailNews =
  | { type: 'started' }
  /** @property sampled whether more came than is shown */
  | { type: 'update'; events: LiveEvent[]; sampled: boolean };

/** Milliseconds. An update comes every second, if only to say that there is nothing. */
const SILENCE = 10_000;

/**
 * One Live Tail session: what is written from now on, until it ends (by AWS after three hours, by us, by accident).
 * @throws GsysError; ENDPOINT_UNREACHABLE also when nothing is heard any more
 */
export async function* liveTail(
  access: AwsAccess,
  { groups, prefixes }: TailRequest,
): AsyncGenerator<TailNews> {
  const { environment } = access;
  const leaving = new AbortController();
  const signal = access.signal ? AbortSignal.any([access.signal, leaving.signal]) : leaving.signal;
  const silent = () =>
    leaving.abort(new GsysError('ENDPOINT_UNREACHABLE', 'logs:StartLiveTail has gone silent'));
  let watch: NodeJS.Timeout | undefined;
  try {
    const send = openClient({ ...access, signal }, 'logs', CloudWatchLogsClient, 1);
    const { responseStream } = await send(
      new StartLiveTailCommand({
        logGroupIdentifiers: groups.map((group) => groupArn(access, group)),
        logStreamNamePrefixes: prefixes,
      }),
    );
    watch = setTimeout(silent, SILENCE);
    for await (const { sessionStart, sessionUpdate } of responseStream ?? []) {
      watch.refresh();
      if (sessionStart) yield { type: 'started' };
      if (sessionUpdate)
        yield {
          type: 'update',
          sampled: sessionUpdate.sessionMetadata?.sampled === true,
          events: (sessionUpdate.sessionResults ?? []).map((event) => ({
            group: (event.logGroupIdentifier ?? '').replace(/^\d+:/, ''),
            stream: event.logStreamName ?? '',
            timestamp: event.timestamp ?? 0,
            ingested: event.ingestionTime ?? 0,
            message: event.message ?? '',
          })),
        };
    }
  } catch (error) {
    signal.throwIfAborted();
    throw asAwsFailure(error, { service: 'logs', operation: 'StartLiveTail', environment });
  } finally {
    clearTimeout(watch);
    // Ends the request: the iterator alone would hear of it only at the next update.
    leaving.abort();
  }
}

function groupArn({ environment: { region, account } }: AwsAccess, group: string): string {
  return `arn:${partitionOf(region)}:logs:${region}:${account}:log-group:${group}`;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
