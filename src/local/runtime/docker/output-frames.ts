export type OutputStream = 'stdout' | 'stderr';

/** Stream, three zeros, length in big-endian order: https://docs.docker.com/reference/api/engine/ ("attach"). */
const HEADER_BYTES = 8;
const STDERR = 2;

/**
 * Takes apart what a container without a terminal writes.
 * @returns what takes the bytes as they come, cut anywhere
 */
export function readFrames(onOutput: (stream: OutputStream, chunk: Buffer) => void): (chunk: Buffer) => void {
  let header: Buffer = Buffer.alloc(0);
  let stream: OutputStream = 'stdout';
  let left = 0;
  return (chunk) => {
    let rest = chunk;
    while (rest.length > 0) {
      if (left > 0) {
        const part = rest.subarray(0, left);
        left -= part.length;
        rest = rest.subarray(part.length);
        onOutput(stream, part);
        continue;
      }
      const missing = HEADER_BYTES - header.length;
      header = Buffer.concat([header, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (header.length < HEADER_BYTES) return;
      stream = header[0] === STDERR ? 'stderr' : 'stdout';
      left = header.readUInt32BE(4);
      header = Buffer.alloc(0);
    }
  };
}
