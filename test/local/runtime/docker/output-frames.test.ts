import { describe, expect, it } from 'vitest';
import { readFrames } from '../../../../src/local/runtime/docker/output-frames.ts';

describe('output of a container', () => {
  const frame = (stream: number, text: string) => {
    const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
    header.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([header, Buffer.from(text)]);
  };
  const bytes = Buffer.concat([frame(1, 'out\n'), frame(2, 'err\n'), frame(1, ''), frame(1, 'é and more\n')]);

  it.each([1, 3, 8, 11, 1000])('is told apart by stream when it comes %i bytes at a time', (size) => {
    const seen = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    const read = readFrames((stream, chunk) => seen[stream].push(chunk));
    for (let at = 0; at < bytes.length; at += size) read(bytes.subarray(at, at + size));
    expect(Buffer.concat(seen.stdout).toString()).toBe('out\né and more\n');
    expect(Buffer.concat(seen.stderr).toString()).toBe('err\n');
  });
});
