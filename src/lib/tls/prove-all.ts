import { GsysError } from '../errors.ts';
import type { Holder } from './holders.ts';
import { tlsStatus } from './status.ts';
import type { TlsContext } from './steps.ts';

/**
 * Looks at all of these once more, each by what was issued, what lies there and what is served in a fresh handshake.
 * @throws GsysError NOT_PROVEN with what speaks against it
 */
export async function proveAll(holders: Holder[], { fleet, access, tell }: TlsContext): Promise<void> {
  const names = holders.map(({ name }) => name);
  const status = await tlsStatus(fleet, access);
  const looked = status.holders.filter(({ holder }) => names.includes(holder));
  const details = looked.flatMap(({ holder, problems }) =>
    problems.map(({ message }) => `${holder}: ${message}`),
  );
  if (details.length > 0)
    throw new GsysError('NOT_PROVEN', 'not everybody is seen with what was issued', {
      details,
      next: 'gsys tls status',
    });
  for (const { holder, issued, listeners } of looked) {
    const served = listeners.map(({ listener }) => listener).join(' and ');
    const where = served === '' ? 'lies where it is taken from' : `is served on ${served}`;
    tell({ type: 'proved', holder, detail: `${issued?.serial.slice(0, 8)} ${where}` });
  }
}
