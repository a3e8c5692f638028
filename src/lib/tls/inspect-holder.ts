import type { Secrets } from '../aws/secrets.ts';
import { GsysError } from '../errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { readCertificate, readKeyPair } from '../pki/files.ts';
import { deployedOf } from './deployed.ts';
import { type Holder, holderFolder } from './holders.ts';
import { inspectBytes } from './inspect-file.ts';
import type { Inspected } from './inspected.ts';

/**
 * A holder's certificate: as this machine keeps it, else as it is deployed.
 * @throws GsysError BAD_CERTIFICATE when there is none in either place
 */
export async function inspectHolder(
  holder: Holder,
  fleet: Fleet,
  secrets: () => Pick<Secrets, 'value'>,
  now: Date,
): Promise<Inspected> {
  const folder = holderFolder(fleet.environment, holder.name);
  const found = (where: string, text: string) =>
    inspectBytes(Buffer.from(text), { target: holder.name, kind: 'holder', where }, now);
  const pair = await readKeyPair(folder);
  if (pair !== undefined) return found(folder, `${pair.cert}\n${pair.key}`);
  const cert = await readCertificate(folder);
  if (cert !== undefined) return found(folder, cert);
  const deployed = await deployedOf(holder, fleet, secrets());
  if (deployed.state === 'there') {
    const inspected = found(deployed.where, deployed.cert);
    if (deployed.fits) return { ...inspected, key: 'belongs' };
    return {
      ...inspected,
      key: 'is another',
      problems: [...inspected.problems, 'its private key is another'],
    };
  }
  const why = 'why' in deployed ? deployed.why : `there is no ${deployed.where}`;
  throw new GsysError('BAD_CERTIFICATE', `There is no certificate of ${holder.name} here: ${why}.`, {
    next: `gsys tls issue ${holder.name}`,
  });
}
