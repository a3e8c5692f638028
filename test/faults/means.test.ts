import path from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import { canFilter, canMount } from '../support/abilities.ts';
import { REPOSITORY } from '../support/definition.ts';
import { type Platform, platform } from '../support/platform.ts';
import { tracesOf } from '../support/traces.ts';

let open: Platform[] = [];
afterEach(async () => {
  for (const each of open) await each.remove();
  open = [];
});

/** A platform whose supervisor lives in the surroundings that a program makes. */
async function upUnder(...program: string[]): Promise<Platform> {
  const made = platform();
  open.push(made);
  const [file = '', ...args] = [
    ...program,
    process.execPath,
    path.join(REPOSITORY, 'bin/run.js'),
    'local',
    'up',
  ];
  await execa(file, args, {
    cwd: REPOSITORY,
    env: { ...made.env, NODE_EXTRA_CA_CERTS: '' },
    stdin: 'ignore',
  });
  return made;
}

async function refused(fleet: Platform, ...args: string[]) {
  const { nats } = await fleet.status();
  const { code, stdout } = await fleet.gsys('local', 'fault', 'inject', ...args, '--json');
  expect(tracesOf(fleet)).toEqual([]);
  // No node was restarted for a fault that cannot be.
  expect((await fleet.status()).nats).toEqual(nats);
  return { exit: code, ...JSON.parse(stdout).error };
}

describe('what a fault needs is missing: said in one line, with what to do, and nothing is touched', () => {
  it.runIf(canFilter)('nft is not installed', async () => {
    const hide = 'mount --bind /dev/null "$(command -v nft)" && exec "$@"';
    const fleet = await upUnder('unshare', '-m', 'sh', '-c', hide, 'sh');
    for (const args of [
      ['isolate', 'nats/nats-1'],
      ['delay', 'nats/*', '--ms', '100'],
    ])
      expect(await refused(fleet, ...args)).toMatchObject({
        exit: 1,
        message: expect.stringMatching(/^nft is not installed[^\n]*$/),
        next: 'apt-get install nftables',
      });
    expect((await fleet.gsys('local', 'fault', 'inject', 'freeze', 'nats/nats-1')).code).toBe(0);
  });

  it.runIf(canMount)('the supervisor may neither mount nor filter', async () => {
    const fleet = await upUnder(
      'setpriv',
      '--bounding-set=-sys_admin,-net_admin',
      '--inh-caps=-sys_admin,-net_admin',
    );
    const net = canFilter ? [['isolate', 'nats/nats-1']] : [];
    for (const args of [...net, ['full-disk', 'nats/nats-1'], ['full-disk', 'state']])
      expect(await refused(fleet, ...args)).toMatchObject({
        exit: 1,
        message: expect.stringMatching(/^[^\n]+(permission denied|not permitted)\.?$/i),
        next: expect.stringContaining('run the platform as root'),
      });
  });
});
