import { readFile, stat } from 'node:fs/promises';
import { GsysError, messageOf } from './lib/errors.ts';
import { modeForOthers } from './lib/pki/private-folder.ts';
import { askSecret } from './ui/ask-secret.ts';

export interface PassphraseSource {
  /** `passphrase of the issuing authority` */
  name: string;
  /** Of `--passphrase-file`. */
  file: string | undefined;
  /** The flag and the variable, as a person types them. */
  flag: string;
  variable: string;
  /** The variable's value. */
  value: string | undefined;
  /** A new one is asked for twice: what is mistyped opens nothing ever again. */
  isNew: boolean;
}

/**
 * A passphrase from a file, else the environment, else the terminal. It is never an argument: those are in every list
 * of processes.
 * @throws GsysError USAGE when it is nowhere and there is nobody to ask, FILE_SYSTEM for a file that others can read
 */
export async function passphraseFrom(source: PassphraseSource, signal: AbortSignal): Promise<string> {
  if (source.file !== undefined) return await fromFile(source.file);
  if (source.value !== undefined) return source.value;
  if (process.stdin.isTTY && process.stderr.isTTY) return await fromTerminal(source, signal);
  throw new GsysError('USAGE', `there is no ${source.name}, and nobody to ask`, {
    next: `give it by ${source.flag} FILE, or in ${source.variable}`,
  });
}

async function fromTerminal({ name, isNew }: PassphraseSource, signal: AbortSignal): Promise<string> {
  const typed = await askSecret(isNew ? `new ${name}` : name, signal);
  if (isNew && (await askSecret('the same again', signal)) !== typed)
    throw new GsysError('USAGE', 'the second time it was another passphrase', { next: 'begin again' });
  return typed;
}

/** A pipe or a terminal may be given too; of a file that lies there, permissions count. */
async function fromFile(file: string): Promise<string> {
  let text: string;
  try {
    const stats = await stat(file);
    const mode = modeForOthers(stats);
    if (stats.isFile() && mode !== undefined) {
      throw new GsysError('FILE_SYSTEM', `${file} can be read by others (mode ${mode})`, {
        next: `if nobody has: chmod 600 ${file}`,
      });
    }
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof GsysError) throw cause;
    throw new GsysError('FILE_SYSTEM', `${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
  const passphrase = text.replace(/\r?\n$/, '');
  if (passphrase === '') throw new GsysError('USAGE', `${file} is empty`);
  return passphrase;
}
