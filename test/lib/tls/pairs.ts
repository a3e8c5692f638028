import type { KeyPair } from '../../../src/lib/pki/authority.ts';
import { nodeRequest } from '../../../src/lib/pki/holder-requests.ts';
import { certificatesIn } from '../../../src/lib/pki/inspect.ts';
import { issueLeaf } from '../../../src/lib/pki/issue-leaf.ts';
import type { IssuedRow } from '../../../src/lib/pki/issued-row.ts';
import type { Holder } from '../../../src/lib/tls/holders.ts';
import type { PlatformAuthority } from '../../../src/local/authority.ts';
import { FLEET, keptAuthority, keptPair } from '../../support/kept/kept.ts';

/** A node with a certificate, another that it had before, and the row of either: made once for a file. */
export async function makePairs(): Promise<{
  holder: Holder;
  pair: KeyPair;
  former: KeyPair;
  authority: PlatformAuthority;
  row(pair: KeyPair): IssuedRow;
}> {
  const authority = await keptAuthority();
  const request = nodeRequest(FLEET, 'nats-1', ['127.0.0.1']);
  const [pair, former] = await Promise.all([
    keptPair(request, authority),
    issueLeaf(authority.issuer, request),
  ]);
  return {
    holder: { name: 'nats-1', kind: 'nats', request, keyMadeHere: false },
    ...{ pair, former, authority },
    row: ({ cert }) => ({ cert: certificatesIn(cert)[0] ?? '', issuedAt: '', issuedBy: '' }),
  };
}
