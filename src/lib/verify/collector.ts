import { recogniseFault } from '../connection-fault.ts';
import type { VerifyContext } from './context.ts';
import type { Answer, Evidence, SourceId } from './evidence.ts';

/** Fetches one source, once. What it throws becomes the reason why the evidence is missing. */
export interface Collector<Id extends SourceId = SourceId> {
  id: Id;
  /** Milliseconds after which verify goes on without it. */
  budget: number;
  collect(context: VerifyContext): Promise<Evidence[Id]>;
}

/** Asks one of several peers: that it does not answer is evidence too. */
export async function answerOf<T>(asked: Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await asked };
  } catch (error) {
    const { kind, message } = recogniseFault(error);
    return { ok: false, fault: kind, why: message };
  }
}
