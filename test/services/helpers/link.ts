import { pino } from 'pino';
import { writeBundle } from '../../../services/sdk/bundle.ts';
import { type Calls, createCalls } from '../../../services/sdk/call.ts';
import { createLink, type Link } from '../../../services/sdk/connect.ts';
import type { TestNats } from './nats.ts';

/** A task's way to NATS without a task around it. */
export interface TestLink {
  link: Link;
  calls: Calls;
  lines: Record<string, unknown>[];
  close(): Promise<void>;
}

export async function openLink(nats: Pick<TestNats, 'url' | 'bundle'>, holder: string): Promise<TestLink> {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const tls = writeBundle(nats.bundle(holder));
  const { link, open } = createLink({ servers: [nats.url], name: holder, tls, log });
  const connection = await open(AbortSignal.timeout(60_000));
  return {
    ...{ link, lines, calls: createCalls(link, log) },
    close: async () => {
      await connection.close();
      tls.remove();
    },
  };
}
