import { createServer, type Server, type Socket } from 'node:net';
import type { Layer } from '../../../src/lib/probe/layer.ts';
import { probe } from '../../../src/lib/probe/probe.ts';
import type { ProbeReport } from '../../../src/lib/probe/report.ts';
import type { Target } from '../../../src/lib/probe/target.ts';

/** One probe of these ways, as the commands start it. */
export async function probed<T extends Target>(
  layers: Layer<T>[],
  targets: T[],
  { count = 1, signal = AbortSignal.timeout(60_000) } = {},
): Promise<ProbeReport> {
  const [first] = targets;
  return await probe({
    ...{ kind: 'nats', named: first?.name ?? '', targets, layers, count, interval: 0, signal },
    now: () => performance.now(),
    tell: () => undefined,
  });
}

/** `fails at tls: tls-trust`, or `well`. */
export function verdictOf({ failure, verdict }: ProbeReport): string {
  return failure === undefined ? verdict : `${failure.layer}: ${failure.kind}`;
}

/** A TCP server of another kind. @returns its port */
export async function listen(greet: (socket: Socket) => void): Promise<{ port: number; server: Server }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    greet(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as { port: number }).port, server };
}
