import { messageOf } from '../../../errors.ts';
import type { Child } from './child.ts';

/** What is tried, in this order. */
export type CheckStep = 'image' | 'start' | 'without NATS' | 'with NATS' | 'SIGTERM';

/** An image that does not behave as a task has to. */
export class CheckFault extends Error {
  readonly step: CheckStep;
  /** The last that it wrote. */
  readonly lines: string[];

  constructor(step: CheckStep, message: string, child?: Child) {
    super(message);
    this.step = step;
    this.lines = child?.lastLines() ?? [];
  }
}

/** A task that went without being told to. */
export async function endedByItself(step: CheckStep, child: Child): Promise<CheckFault> {
  const how = await child.exited.then((code) => `it ended by itself with ${code}`, messageOf);
  return new CheckFault(step, how, child);
}

/** Whatever is thrown becomes a fault of this step. */
export async function during<T>(step: CheckStep, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof CheckFault ? error : new CheckFault(step, messageOf(error));
  }
}
