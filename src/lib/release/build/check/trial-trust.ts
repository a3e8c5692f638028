import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Fleet, KeyPairFiles, Service } from '../../../fleet/fleet.ts';
import { natsUser, OPERATOR } from '../../../fleet/identity.ts';
import { createIssuer } from '../../../pki/create-issuer.ts';
import { createRoot } from '../../../pki/create-root.ts';
import { writeKeyPair } from '../../../pki/files.ts';
import { issueLeaf } from '../../../pki/issue-leaf.ts';

/** Certificates that nobody outside of a check trusts. */
export interface TrialTrust {
  /** Files. */
  ca: string;
  server: KeyPairFiles;
  operator: KeyPairFiles;
  /** A service's secret, as a task gets it: JSON `{cert,key,ca}`. */
  bundleOf(service: string): Promise<string>;
}

const SERVER = 'server';

export async function createTrialTrust(
  { name: fleet }: Fleet,
  services: Service[],
  folder: string,
): Promise<TrialTrust> {
  const root = await createRoot(fleet);
  const issuer = await createIssuer(root, fleet);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const ca = path.join(folder, 'ca.pem');
  await writeFile(ca, root.cert + issuer.cert);
  const filesOf = (holder: string) => {
    const place = path.join(folder, holder);
    return { cert: path.join(place, 'cert.pem'), key: path.join(place, 'key.pem') };
  };
  const client = async (holder: string, user: string) => {
    const request = { commonName: holder, organization: fleet, dns: [user] };
    await writeKeyPair(
      path.join(folder, holder),
      await issueLeaf(issuer, { profile: 'service', ...request }),
    );
  };
  const server = { commonName: SERVER, organization: fleet, dns: ['localhost'], ip: ['127.0.0.1'] };
  await Promise.all([
    issueLeaf(issuer, { profile: 'node', ...server }).then((leaf) =>
      writeKeyPair(path.join(folder, SERVER), leaf),
    ),
    client(OPERATOR, natsUser(fleet, OPERATOR)),
    ...services.map(({ name, user }) => client(name, user)),
  ]);
  return {
    ca,
    server: filesOf(SERVER),
    operator: filesOf(OPERATOR),
    async bundleOf(service) {
      const { cert, key } = filesOf(service);
      const texts = await Promise.all([cert, key, ca].map((file) => readFile(file, 'utf8')));
      return JSON.stringify({ cert: texts[0], key: texts[1], ca: texts[2] });
    },
  };
}
