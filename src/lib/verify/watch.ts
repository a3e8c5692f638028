import { pause } from '../pause.ts';
import { changesBetween, isQuiet } from './changes.ts';
import type { VerifyDocument } from './document.ts';

export interface WatchOptions {
  verify(): Promise<VerifyDocument>;
  /** Milliseconds between the end of one look and the start of the next. */
  interval: number;
  signal: AbortSignal;
}

/**
 * Looks again and again: the first document, and then each one in which something has changed, with what.
 * It ends by the signal alone; an endpoint that is away is a finding like any other.
 * @throws the signal's reason
 */
export async function* watch({ verify, interval, signal }: WatchOptions): AsyncGenerator<VerifyDocument> {
  let last: VerifyDocument | undefined;
  for (;;) {
    const document = await verify();
    if (last === undefined) yield document;
    else {
      const told = new Map(last.findings.map((finding) => [finding.id, finding]));
      const changes = changesBetween(told, document.findings, last.startedAt);
      if (!isQuiet(changes)) yield { ...document, changes };
    }
    last = document;
    await pause(interval, signal);
  }
}
