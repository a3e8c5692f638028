import { headers, type JetStreamClient, NatsError } from 'nats';

/** JetStream's errors for a write that comes too late: its revision is not the last one, or a rival is under way. */
const WRONG_LAST_SEQUENCE = 10071;
const DUPLICATE_UNDER_WAY = 10158;

/**
 * Writes a subject's next value, if its last one still is that of the revision; 0 stands for none.
 *
 * The expected revision alone does not do it: servers before 2.9.21 check it before a cluster agrees on the write, so
 * two writers a few milliseconds apart are both taken and one's change is lost (nats-server issue 4320). Duplicates
 * are recognised after the agreement. So all writers who start from one revision use one message id, and but one of
 * them is the first with it. The id need only be remembered while both are under way; JetStream does for 2 minutes.
 *
 * @param value null deletes
 * @returns false when somebody else was faster
 */
export async function writeAfter(
  jetstream: JetStreamClient,
  subject: string,
  value: unknown,
  revision: number,
): Promise<boolean> {
  try {
    const ack = await jetstream.publish(subject, value === null ? undefined : JSON.stringify(value), {
      expect: { lastSubjectSequence: revision },
      msgID: `${subject}:${revision}`,
      ...(value === null && { headers: deleted() }),
    });
    return !ack.duplicate;
  } catch (error) {
    const code = error instanceof NatsError ? error.api_error?.err_code : undefined;
    if (code === WRONG_LAST_SEQUENCE || code === DUPLICATE_UNDER_WAY) return false;
    throw error;
  }
}

/** KV's own mark of a key that is no more: https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-8.md */
function deleted() {
  const mark = headers();
  mark.set('KV-Operation', 'DEL');
  return mark;
}
