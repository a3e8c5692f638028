/**
 * A piece of what a command wrote, as a line of its task's log. A log knows one stream of lines and splits those of
 * more than 16 KB; with frames both streams come out on the other side byte for byte.
 */
export interface Frame {
  /** From 0, without gaps. */
  number: number;
  /** What was written, and to where. */
  stdout?: string;
  stderr?: string;
  /** Of the last frame: the exit code. */
  exit?: number;
}

/** Bytes, with the line break: awslogs splits lines that are longer (https://docs.docker.com/engine/logging/). */
const LINE = 16 * 1024;
/** What surrounds the text. */
const AROUND = 64;
/** JSON makes at most six bytes of a UTF-16 unit. */
const UNIT = 6;

/** Lines, each with its end. @param next numbers them */
export function framesOf(stream: 'stdout' | 'stderr', text: string, next: () => number): string {
  return pieces(text)
    .map((piece) => lineOf({ number: next(), [stream]: piece }))
    .join('');
}

export function lineOf({ number, ...frame }: Frame): string {
  return `${JSON.stringify({ gsys: number, ...frame })}\n`;
}

/** @returns undefined for a line that somebody else wrote: the container's runtime, or Node itself */
export function parseFrame(line: string): Frame | undefined {
  if (!line.startsWith('{"gsys":')) return undefined;
  try {
    const { gsys: number, ...frame } = JSON.parse(line) as Omit<Frame, 'number'> & { gsys: number };
    return Number.isInteger(number) ? { number, ...frame } : undefined;
  } catch {
    return undefined;
  }
}

/** Never between the two halves of a character: each piece is written by itself. */
function pieces(text: string): string[] {
  if (text === '') return [];
  if (text.length * UNIT <= LINE - AROUND) return [text];
  if (Buffer.byteLength(JSON.stringify(text)) <= LINE - AROUND) return [text];
  const half = text.length >> 1;
  const middle = isFirstHalf(text.charCodeAt(half - 1)) ? half - 1 : half;
  return [...pieces(text.slice(0, middle)), ...pieces(text.slice(middle))];
}

/** https://www.unicode.org/glossary/#high_surrogate_code_unit */
function isFirstHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
