import type { VerifyContext } from './context.ts';
import type { Evidence, SourceId } from './evidence.ts';

export { answerOf } from '../connection-fault.ts';

/** Fetches one source, once. What it throws becomes the reason why the evidence is missing. */
export interface Collector<Id extends SourceId = SourceId> {
  id: Id;
  /** Milliseconds after which verify goes on without it. */
  budget: number;
  collect(context: VerifyContext): Promise<Evidence[Id]>;
}
