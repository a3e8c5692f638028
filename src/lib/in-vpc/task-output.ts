import { type Frame, parseFrame } from './frames.ts';

export interface Output {
  write(stream: 'stdout' | 'stderr', text: string): void;
}

/** What a task's log says, put together again. */
export interface TaskOutput {
  /** A line of the log, in any order. @param again whether it may have been there before: then only frames count */
  take(line: string, again?: boolean): void;
  /** The exit code of the last frame, when everything before it is there. */
  ended(): number | undefined;
  /** Whether something is missing before what is there. */
  hasGap(): boolean;
  /** Whether anything came. */
  begun(): boolean;
}

/**
 * Writes as soon as it may, in the order in which the command wrote. Lines that are no frames are Node's own last words
 * or somebody else's, and go to standard error.
 */
export function taskOutput(out: Output): TaskOutput {
  const waiting = new Map<number, Frame>();
  let next = 0;
  let exit: number | undefined;
  const tell = ({ stdout, stderr, ...frame }: Frame) => {
    if (stdout !== undefined) out.write('stdout', stdout);
    if (stderr !== undefined) out.write('stderr', stderr);
    exit = frame.exit ?? exit;
  };
  return {
    take(line, again = false) {
      const frame = parseFrame(line);
      if (frame === undefined && !again) out.write('stderr', `${line}\n`);
      if (frame === undefined || frame.number < next) return;
      waiting.set(frame.number, frame);
      for (let ready = waiting.get(next); ready !== undefined; ready = waiting.get(next)) {
        waiting.delete(next++);
        tell(ready);
      }
    },
    ended: () => exit,
    hasGap: () => waiting.size > 0,
    begun: () => next > 0,
  };
}
