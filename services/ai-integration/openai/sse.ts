/**
 * The data of server-sent events, in order: https://html.spec.whatwg.org/multipage/server-sent-events.html
 * An event that is cut off is none.
 */
export async function* sseData(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  let data: string[] = [];
  for await (const line of linesOf(bytes)) {
    if (line === '') {
      if (data.length > 0) yield data.join('\n');
      data = [];
      continue;
    }
    const field = /^data(?:: ?(.*))?$/s.exec(line);
    if (field) data.push(field[1] ?? '');
  }
}

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let begun = '';
  let carriage = '';
  for await (const chunk of bytes) {
    const pieces = (carriage + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    const last = pieces.pop() ?? '';
    for (const piece of pieces) {
      yield begun + piece;
      begun = '';
    }
    // A carriage return at the end may be the first half of a line's end.
    carriage = last.endsWith('\r') ? '\r' : '';
    begun += carriage ? last.slice(0, -1) : last;
  }
}
