import { StringDecoder } from 'node:string_decoder';

/** What CloudWatch Logs takes as one event, less its own overhead of 26 bytes an event. */
export const MAX_LINE_BYTES = 256 * 1024 - 26;

export interface LineSplitter {
  write(chunk: Buffer): void;
  /** Hands out what came after the last line break. */
  end(): void;
}

/**
 * Turns output into log lines as the awslogs driver does: empty lines are dropped, longer ones than an event
 * may be are cut, and what is not UTF-8 is replaced.
 */
export function splitLines(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) emit(line, onLine);
    // A line without an end must not grow without one either.
    if (rest.length > MAX_LINE_BYTES) {
      const pieces = cut(rest);
      rest = pieces.pop() ?? '';
      for (const piece of pieces) onLine(piece);
    }
  };
  return {
    write: (chunk) => take(decoder.write(chunk)),
    end() {
      take(decoder.end());
      emit(rest, onLine);
      rest = '';
    },
  };
}

function emit(line: string, onLine: (line: string) => void): void {
  if (line === '') return;
  for (const piece of cut(line)) onLine(piece);
}

/** Cuts between characters. A character takes at most 3 bytes per UTF-16 unit. */
function cut(line: string): string[] {
  if (line.length * 3 <= MAX_LINE_BYTES || Buffer.byteLength(line) <= MAX_LINE_BYTES) return [line];
  const bytes = Buffer.from(line);
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    let end = Math.min(start + MAX_LINE_BYTES, bytes.length);
    while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
    pieces.push(bytes.toString('utf8', start, end));
    start = end;
  }
  return pieces;
}
