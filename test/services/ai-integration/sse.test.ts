import { expect, it } from 'vitest';
import { sseData } from '../../../services/ai-integration/openai/sse.ts';

/** The data of a stream that arrives in pieces of so many bytes. */
async function read(stream: string, size: number): Promise<string[]> {
  const bytes = Buffer.from(stream);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const events: string[] = [];
  for await (const data of sseData(pieces())) events.push(data);
  return events;
}

it.each([1, 2, 3, 7, 1000])('finds the same events in pieces of %i bytes', async (size) => {
  const stream = ': hello\n\ndata: {"a":"Ça 🐉"}\n\nevent: x\nid: 1\ndata:one\ndata: two\n\ndata\n\n';
  expect(await read(stream, size)).toEqual(['{"a":"Ça 🐉"}', 'one\ntwo', '']);
  for (const end of ['\r\n', '\r'])
    expect(await read(`${stream.replaceAll('\n', end)}data: more${end}${end}x`, size)).toEqual([
      ...['{"a":"Ça 🐉"}', 'one\ntwo', '', 'more'],
    ]);
});

it('leaves out an event that is cut off, and fields that are none of ours', async () => {
  expect(await read('data: whole\n\ndatabase: x\n\ndata: half', 4)).toEqual(['whole']);
  expect(await read('data: whole\n\ndata: no blank line\n', 4)).toEqual(['whole']);
});
