import { execFile } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { GsysError, messageOf } from '../../../lib/errors.ts';
import { INSPECTOR_PORT } from '../../runtime/inspector-port.ts';

/** Milliseconds until the inspector of a process has to have answered; who injects a fault waits 10 s. */
const PATIENCE = 7000;
const POLL_MS = 50;

/**
 * Evaluates an expression in a running Node process: SIGUSR1 opens its inspector at the address of its task, and
 * what is evaluated closes it again.
 * @param address the task's own
 * @throws GsysError PLATFORM_FAILED when the process does not answer, as a frozen one does not
 */
export async function evaluateIn(pid: number, address: string, expression: string): Promise<void> {
  const end = AbortSignal.timeout(PATIENCE);
  const closing = `setTimeout(() => process.getBuiltinModule('node:inspector').close(), 0)`;
  try {
    process.kill(pid, 'SIGUSR1');
    const url = await debuggerUrl(`http://${address}:${INSPECTOR_PORT}/json/list`, end);
    const arguments_ = [
      '--experimental-websocket',
      '--no-warnings',
      '-e',
      CLIENT,
      url,
      `${expression}; ${closing}; 'done'`,
    ];
    await promisify(execFile)(process.execPath, arguments_, { signal: end });
  } catch (cause) {
    throw new GsysError(
      'PLATFORM_FAILED',
      `process ${pid} does not let its clock be moved: ${lastLine(cause)}`,
      {
        cause,
        next: 'is it busy? gsys local status',
      },
    );
  }
}

/** In a process of its own, as Node 20 has a WebSocket client only behind a flag. */
const CLIENT = `
const [url, expression] = process.argv.slice(1);
const socket = new WebSocket(url);
const fail = (why) => { console.error(why); process.exit(1); };
socket.onerror = () => fail('the inspector hung up');
socket.onopen = () => socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } }));
socket.onmessage = ({ data }) => {
  const { result } = JSON.parse(data);
  if (result?.result?.value === 'done') process.exit(0);
  fail(result?.exceptionDetails?.exception?.description ?? data);
};
`;

async function debuggerUrl(list: string, signal: AbortSignal): Promise<string> {
  for (;;) {
    try {
      const response = await fetch(list, { signal });
      const [page] = (await response.json()) as { webSocketDebuggerUrl: string }[];
      if (page !== undefined) return page.webSocketDebuggerUrl;
    } catch (error) {
      if (signal.aborted) throw error;
    }
    await wait(POLL_MS);
  }
}

function lastLine(error: unknown): string {
  return messageOf(error).trim().split('\n').at(-1) ?? '';
}
