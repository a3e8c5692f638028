import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type Layer, ProbeFault } from '../layer.ts';
import type { Target } from '../target.ts';

/** The name has an address. */
export const dns: Layer<Target> = {
  name: 'dns',
  async climb(visit) {
    const { host } = visit.target;
    if (isIP(host) !== 0) {
      visit.address = host;
      return { skipped: 'is an address already' };
    }
    const addresses = await find(host);
    visit.address = addresses[0] ?? host;
    return { saw: addresses.join(', ') };
  },
  meaning(kind, { host, ours }) {
    const next = [`getent hosts ${host}`];
    if (kind === 'undetermined' || kind === 'timeout') {
      const means = 'The resolver of this machine gave no answer. Nothing is known of the server.';
      return { means, side: 'here', next };
    }
    const means = `Nobody has an address for ${host}: it is misspelt, was deleted, or only the fleet's own network knows it.`;
    return { means, side: 'here', next: ours === undefined ? next : [...next, 'gsys config show'] };
  },
};

async function find(host: string): Promise<string[]> {
  try {
    return [...new Set((await lookup(host, { all: true })).map(({ address }) => address))];
  } catch (error) {
    // https://man7.org/linux/man-pages/man3/getaddrinfo.3.html: a name server that fails for now.
    const { code } = error as { code?: string };
    if (code === 'EAI_AGAIN')
      throw new ProbeFault('undetermined', 'no name server answers (EAI_AGAIN)', error);
    throw error;
  }
}
