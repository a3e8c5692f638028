import { GsysError, messageOf } from '../../../lib/errors.ts';
import { findProgram } from '../../processes.ts';
import { runSystem } from '../system-command.ts';

const INSTALL = 'apt-get install nftables';

/**
 * Loads a script of nft(8), all of it or nothing.
 * @throws GsysError MISSING_PROGRAM, or PLATFORM_FAILED where this user or this machine may not
 */
export async function loadRules(script: string): Promise<void> {
  const nft = await findNft();
  try {
    runSystem(nft, ['-f', '-'], script);
  } catch (cause) {
    throw new GsysError('PLATFORM_FAILED', `packet filter rules are refused: ${messageOf(cause)}`, {
      cause,
      next: 'run the platform as root, where nftables may be used (in a container: with NET_ADMIN)',
    });
  }
}

/** @throws GsysError MISSING_PROGRAM */
export async function findNft(): Promise<string> {
  return await findProgram('nft', INSTALL);
}

/** @param name of a table of family ip; one that is not there is fine */
export async function deleteTable(name: string): Promise<void> {
  const nft = await findNft().catch(() => undefined);
  // Who has no nft has no tables of ours.
  if (nft === undefined || !hasTable(nft, name)) return;
  runSystem(nft, ['delete', 'table', 'ip', name]);
}

function hasTable(nft: string, name: string): boolean {
  try {
    runSystem(nft, ['list', 'table', 'ip', name]);
    return true;
  } catch {
    return false;
  }
}
