import { spawnSync } from 'node:child_process';
import { GsysError } from '../../../lib/errors.ts';
import { findProgram } from '../../processes.ts';

const INSTALL = 'apt-get install nftables';

/**
 * Loads a script of nft(8), all of it or nothing.
 * @throws GsysError MISSING_PROGRAM, or PLATFORM_FAILED where this user or this machine may not
 */
export async function loadRules(script: string): Promise<void> {
  const nft = await findNft();
  const complaint = run(nft, ['-f', '-'], script);
  if (complaint === undefined) return;
  throw new GsysError('PLATFORM_FAILED', `packet filter rules are refused: ${complaint}`, {
    next: 'run the platform as root, where nftables may be used (in a container: with NET_ADMIN)',
  });
}

/** @throws GsysError MISSING_PROGRAM */
export async function findNft(): Promise<string> {
  return await findProgram('nft', INSTALL);
}

/** @param name of a table of family ip; one that is not there is fine */
export async function deleteTable(name: string): Promise<void> {
  const nft = await findNft().catch(() => undefined);
  // Who has no nft has no tables of ours.
  if (nft === undefined) return;
  if (run(nft, ['list', 'table', 'ip', name]) !== undefined) return;
  const complaint = run(nft, ['delete', 'table', 'ip', name]);
  if (complaint !== undefined) throw new Error(`nft cannot delete table ${name}: ${complaint}`);
}

/** @returns the first line of its complaint, or undefined */
function run(nft: string, args: string[], input = ''): string | undefined {
  const { status, stderr, error } = spawnSync(nft, args, { input, encoding: 'utf8' });
  if (status === 0) return undefined;
  return error?.message ?? (stderr.trim().split('\n')[0] || `nft ended with ${status}`);
}
