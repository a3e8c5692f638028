import { GsysError } from '../lib/errors.ts';

/** What a terminal sends for keys that are no text. */
const ENTER = /[\r\n]/;
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_U = '\u0015';
const BACKSPACE = /[\b\u007f]/;

/**
 * Asks for something secret: what is typed is shown nowhere, not even as stars. The question goes to standard error.
 * @throws GsysError INTERRUPTED for Ctrl-C and Ctrl-D, which a terminal in raw mode passes on as text
 */
export async function askSecret(question: string, signal: AbortSignal): Promise<string> {
  const { stdin, stderr } = process;
  signal.throwIfAborted();
  // First of all: what is typed the moment the question appears must not be echoed.
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stderr.write(`${question}: `);
  try {
    return await new Promise<string>((resolve, reject) => {
      let typed = '';
      const end = (settle: () => void) => {
        stdin.off('data', take);
        signal.removeEventListener('abort', abort);
        settle();
      };
      const abort = () => end(() => reject(signal.reason));
      const take = (text: string) => {
        const keys = [...text];
        for (const [i, key] of keys.entries()) {
          if (ENTER.test(key)) {
            // Somebody who pastes two lines answers the next question, too.
            const rest = keys.slice(i + 1).join('');
            stdin.pause();
            if (rest !== '') stdin.unshift(rest);
            return end(() => resolve(typed));
          }
          if (key === CTRL_C || key === CTRL_D)
            return end(() => reject(new GsysError('INTERRUPTED', 'interrupted (SIGINT)')));
          if (key === CTRL_U) typed = '';
          else if (BACKSPACE.test(key)) typed = [...typed].slice(0, -1).join('');
          else typed += key;
        }
      };
      signal.addEventListener('abort', abort, { once: true });
      stdin.on('data', take);
      stdin.resume();
    });
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}
