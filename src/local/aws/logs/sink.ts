import { messageOf } from '../../../lib/errors.ts';
import type { LogSink } from '../../ports.ts';
import type { AwsContext } from '../context.ts';
import type { Archive } from './archive.ts';

/**
 * The awslogs driver's side. Output that cannot be kept (group deleted, disk full) is dropped and said so once
 * per stream, until it works again: a task must never stand still for its log.
 */
export function createSink({ onError }: AwsContext, archive: Archive): LogSink {
  const failing = new Set<string>();
  return {
    hasGroup: (group) => archive.group(group) !== undefined,
    append(group, name, events) {
      const kept = events.filter(({ message }) => message !== '');
      if (kept.length === 0) return;
      const key = `${group}:${name}`;
      try {
        if (!archive.group(group)) throw new Error(`log group ${group} does not exist`);
        const stream = archive.streams(group).get(name) ?? archive.createStream(group, name);
        archive.append(group, stream, kept, false);
        failing.delete(key);
      } catch (error) {
        if (!failing.has(key))
          onError(new Error(`output of ${name} is lost: ${messageOf(error)}`, { cause: error }));
        failing.add(key);
      }
    },
  };
}
