import { GsysError, messageOf } from '../../errors.ts';

/** @throws GsysError INVALID_DEFINITION with file and line */
export function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = messageOf(cause);
    const line = text.slice(0, positionOf(message, text)).split('\n').length;
    // V8 goes on with a piece of the text, or with the position.
    const [why] = message.split(/, (?:\.\.\.)?"| in JSON at /);
    throw new GsysError('INVALID_DEFINITION', `${file}:${line}: is not JSON: ${why}`, { cause });
  }
}

/** Characters before what is wrong. */
function positionOf(message: string, text: string): number {
  const told = /at position (\d+)/.exec(message)?.[1];
  if (told !== undefined) return Number(told);
  return message.startsWith(UNEXPECTED) ? endOfShortestBad(text) : text.length;
}

/** V8 tells no position of such a token: the shortest beginning of the text about which it says the same ends there. */
const UNEXPECTED = 'Unexpected token';

function endOfShortestBad(text: string): number {
  let [least, most] = [0, text.length];
  while (least < most) {
    const middle = Math.floor((least + most) / 2);
    if (complaint(text.slice(0, middle)).startsWith(UNEXPECTED)) most = middle;
    else least = middle + 1;
  }
  return most - 1;
}

function complaint(text: string): string {
  try {
    JSON.parse(text);
    return '';
  } catch (error) {
    return messageOf(error);
  }
}
