import type { Answer } from '../../connection-fault.ts';
import { messageOf } from '../../errors.ts';

/** Whatever was thrown is why there is no answer; which kind of fault it is, nobody asks here. */
export async function answerFrom<T>(asked: Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await asked };
  } catch (error) {
    return { ok: false, fault: 'protocol', why: messageOf(error) };
  }
}
