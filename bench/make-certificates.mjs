// Makes a root, an issuing authority and leaves, into a folder: `node --import tsx bench/make-certificates.mjs FOLDER COUNT`.
// Prints, as JSON, how many milliseconds that took, and how many the RSA keys alone take, all made side by side: nobody is
// faster than that. Without the time that Node and tsx need to start.
import { join } from 'node:path';
import { createIssuer } from '../src/lib/pki/create-issuer.ts';
import { createRoot } from '../src/lib/pki/create-root.ts';
import { seal } from '../src/lib/pki/envelope.ts';
import { writeKeyPair } from '../src/lib/pki/files.ts';
import { identityRequest } from '../src/lib/pki/holder-requests.ts';
import { issueLeaf } from '../src/lib/pki/issue-leaf.ts';
import { AUTHORITY_BITS, generateRsaKey, LEAF_BITS, privateKeyPem } from '../src/lib/pki/keys.ts';

const [folder, count] = process.argv.slice(2);
const sizes = [AUTHORITY_BITS, AUTHORITY_BITS, ...Array(Number(count)).fill(LEAF_BITS)];
const made = await timed(makeAll);
const keys = await timed(() => Promise.all(sizes.map(generateRsaKey)));
console.log(JSON.stringify({ made, keys, count: sizes.length }));

async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Both keys sealed, leaves written and synced, each switched over in one instant. */
async function makeAll() {
  const making = createRoot('bench');
  const [root, issuer] = await Promise.all([making, createIssuer(making, 'bench')]);
  const sealed = Promise.all([root, issuer].map(({ key }, i) => seal(privateKeyPem(key), `passphrase ${i}`)));
  await Promise.all(
    Array.from({ length: Number(count) }, async (_, i) => {
      const pair = await issueLeaf(issuer, identityRequest('bench', `service-${i}`));
      await writeKeyPair(join(folder, `service-${i}`), pair);
    }),
  );
  await sealed;
}
