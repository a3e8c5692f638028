import type { Secrets } from '../aws/secrets.ts';
import type { Ssm } from '../aws/ssm.ts';
import { GsysError } from '../errors.ts';
import type { Authority } from '../pki/authority.ts';
import type { SealedIssuer } from '../pki/authority-folder.ts';
import type { CertificateRequest } from '../pki/certificate-request.ts';
import { writeCertificate, writeKeyPair } from '../pki/files.ts';
import { signLeaf } from '../pki/issue-leaf.ts';
import { generateRsaKey, LEAF_BITS, privateKeyPem } from '../pki/keys.ts';
import { type Applied, type ApplyOptions, applyChanges } from '../release/apply-changes.ts';
import { type Holder, holderFolder } from './holders.ts';
import { readInventory, recordIssued } from './inventory.ts';
import { openIssuer, readIssuer, requireIssuer, requireLasting } from './issuer.ts';
import { isGood, lookAtHolders } from './look-at-holders.ts';
import { acceptRequest, type PlannedIssue, planIssue } from './plan-issue.ts';
import { ensureTrustFile } from './trust-file.ts';

export type IssuePlan = PlannedIssue[];

export interface IssueOptions extends Omit<ApplyOptions<IssuePlan>, 'patience'> {
  holders: Holder[];
  /** PEM: the request of the one holder, whose key is made elsewhere. */
  request: string | undefined;
  secrets: Pick<Secrets, 'value'>;
  ssm: Pick<Ssm, 'children' | 'overwrite'>;
  /** Of the issuing authority; asked for only when something is to be issued. */
  passphrase(issuer: SealedIssuer): Promise<string>;
}

/** What is issued is there at once, or never. */
const PATIENCE = 5_000;

/**
 * Issues what is missing or due, and nothing else: the pair into a folder of this machine, its certificate into the
 * fleet's inventory. Nothing is deployed by it.
 * @throws GsysError NO_AUTHORITY, BAD_CERTIFICATE for a wrong passphrase or a request that asks for too much
 */
export async function issueCertificates(options: IssueOptions): Promise<Applied<IssuePlan>> {
  const { fleet, holders, holder: by, ssm, secrets } = options;
  requireOneElsewhere(options);
  const sealed = requireIssuer(await readIssuer(fleet, secrets), fleet);
  requireLasting(sealed, fleet, new Date());
  let request: CertificateRequest | undefined;
  let authority: Authority | undefined;
  const look = async () => {
    const known = await lookAtHolders(options, sealed, await readInventory(ssm, fleet));
    const [only] = known;
    if (options.request !== undefined && only !== undefined)
      request ??= acceptRequest(options.request, only, isGood(only, sealed));
    const plan = known.map((one) => planIssue(one, request, sealed.cert, new Date()));
    return { plan, changes: holders.filter((_, i) => plan[i]?.action === 'issue') };
  };
  const keys = new Map<string, ReturnType<typeof newKey>>();
  // Somebody else may have had the lock since the plan was made, and issued the same.
  let wanted: Promise<Holder[]> | undefined;
  const issued: string[] = [];
  const applied = await applyChanges<IssuePlan, Holder>(
    {
      look,
      nameOf: ({ name }) => name,
      async make(holder) {
        if (authority === undefined) throw new GsysError('INTERNAL', 'nobody has opened the authority');
        wanted ??= look().then(({ changes }) => changes);
        if (!(await wanted).includes(holder)) return;
        const folder = holderFolder(fleet.environment, holder.name);
        const key = request === undefined ? await (keys.get(holder.name) ?? newKey()) : undefined;
        const publicKey = key?.publicKey ?? (request as CertificateRequest).publicKey;
        const cert = signLeaf(authority, publicKey, holder.request);
        if (key === undefined) await writeCertificate(folder, cert);
        else await writeKeyPair(folder, { cert, key: privateKeyPem(key.privateKey) });
        await recordIssued(ssm, fleet, holder.name, cert, by.who);
        issued.push(holder.name);
      },
      lacks: () => [],
      refused: (plan) =>
        plan
          .filter(({ action }) => action === 'wants-request')
          .map(
            ({ holder, reason }) =>
              `${holder}: ${reason}; its key is made on the node: gsys tls distribute ${holder}`,
          ),
      command: 'gsys tls',
      again: 'gsys tls issue',
    },
    {
      ...options,
      patience: PATIENCE,
      async confirm(plan) {
        await options.confirm(plan);
        authority = await openIssuer(sealed, await options.passphrase(sealed));
        // Side by side on the thread pool, while certificates are signed and written one by one.
        const waiting = plan.filter(({ action }) => action === 'issue' && request === undefined);
        for (const { holder } of waiting) keys.set(holder, newKey());
      },
    },
  );
  if (!options.dryRun) await ensureTrustFile(fleet, sealed);
  const nothing = applied.outcome === 'applied' && issued.length === 0;
  return { ...applied, outcome: nothing ? 'nothing-to-do' : applied.outcome, changed: issued };
}

/** @throws GsysError USAGE for a request where none is needed, or of whom nobody knows */
function requireOneElsewhere({ request, holders }: IssueOptions): void {
  if (request === undefined) return;
  const [holder] = holders;
  if (holders.length !== 1 || holder === undefined)
    throw new GsysError('USAGE', 'a request is for one holder', { next: csrCommand('HOLDER') });
  if (holder.keyMadeHere)
    throw new GsysError('USAGE', `the key of ${holder.name} is made here, without a request`, {
      next: `gsys tls issue ${holder.name}`,
    });
}

/** What a person types for a holder whose key is made elsewhere. */
export function csrCommand(holder: string): string {
  return `gsys tls issue ${holder} --csr FILE`;
}

function newKey(): ReturnType<typeof generateRsaKey> {
  return generateRsaKey(LEAF_BITS);
}
