import { StringDecoder } from 'node:string_decoder';
import { framesOf, lineOf } from '../lib/in-vpc/frames.ts';

type Write = NodeJS.WriteStream['write'];

/** From now on everything that this process writes leaves it as frames on standard output, its exit code last. */
export function frameOutput({ stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>): void {
  const write: Write = stdout.write.bind(stdout);
  let number = 0;
  const next = () => number++;
  for (const [name, stream] of Object.entries({ stdout, stderr })) {
    const decoder = new StringDecoder('utf8');
    stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
      const text = typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk));
      const written = rest.find((argument) => typeof argument === 'function') as (() => void) | undefined;
      return write(framesOf(name as 'stdout' | 'stderr', text, next), written);
    }) as Write;
  }
  // Pipes are written to at once, so this is out before the process is gone.
  process.on('exit', (exit) => void write(lineOf({ number: next(), exit })));
}
