import type { AwsAccess } from '../aws/clients.ts';
import { type Secrets, secrets } from '../aws/secrets.ts';
import { ssm } from '../aws/ssm.ts';
import { checkAccount } from '../aws/sts.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { type AuthorityStatus, authorityStatus } from './authority-status.ts';
import { type Deployed, deployedOf, deployedOnNode } from './deployed.ts';
import { type HolderStatus, holderStatus, type OtherStatus, otherStatus } from './holder-status.ts';
import { type Holder, holdersOf } from './holders.ts';
import { readInventory } from './inventory.ts';
import { readIssuer } from './issuer.ts';
import { type HolderEvidence, judgeHolder, type Status, worstOf } from './judge-holder.ts';
import { listenersOf } from './listeners.ts';
import { lookAtListeners } from './look-at-listeners.ts';
import { nodeMachine } from './node/node-machine.ts';
import { nodeShell } from './node/node-shell.ts';
import { asRecorded } from './tls-change.ts';
import { trustFileTrouble } from './trust-file.ts';
import { visitorOf } from './visitor.ts';

export interface TlsStatus {
  status: Status;
  at: Date;
  authorities: AuthorityStatus[];
  holders: HolderStatus[];
  others: OtherStatus[];
}

/**
 * Per holder what was issued, what is deployed and what is served, each seen for itself: inventory, the place that the
 * holder takes it from, and a handshake with each of its listeners.
 */
export async function tlsStatus(defined: Fleet, access: AwsAccess): Promise<TlsStatus> {
  await checkAccount(access);
  const fleet = await asRecorded(defined, access);
  const aws = { secrets: secrets(access), ssm: ssm(access) };
  const holders = holdersOf(fleet);
  const [inventory, issuer, looked, deployed] = await Promise.all([
    readInventory(aws.ssm, fleet),
    readIssuer(fleet, aws.secrets),
    visitorOf(fleet.environment.operator).then((visitor) =>
      lookAtListeners(listenersOf(fleet.environment), visitor, access.signal),
    ),
    Promise.all(holders.map((holder) => lookWhereItLies(holder, fleet, access, aws.secrets))),
  ]);
  const trouble = issuer && (await trustFileTrouble(fleet, issuer));
  const now = new Date();
  const context = { issuer: issuer?.cert, now };
  const found = holders.map((holder, i): HolderStatus => {
    const evidence: HolderEvidence = {
      holder,
      row: inventory.get(holder.name),
      deployed: deployed[i] as Deployed,
      listeners: looked.filter(({ listener }) => listener.holder === holder.name),
    };
    return holderStatus(evidence, judgeHolder(evidence, context), now);
  });
  const authorities = authorityStatus(issuer, trouble, fleet, now);
  const others = looked
    .filter(({ listener }) => listener.holder === undefined)
    .map((one) => otherStatus(one, now));
  return {
    status: worstOf([...authorities, ...found, ...others]),
    at: now,
    authorities,
    holders: found,
    others,
  };
}

/** Files on this machine are read, and a node elsewhere is asked: that costs a run of the node script. */
async function lookWhereItLies(
  holder: Holder,
  fleet: Fleet,
  access: AwsAccess,
  places: Pick<Secrets, 'value'>,
): Promise<Deployed> {
  const { nodes, transport } = fleet.environment.nats;
  const node = nodes.find(({ name }) => name === holder.name);
  if (node === undefined || transport === 'local') return await deployedOf(holder, fleet, places);
  return await deployedOnNode(node, nodeMachine(nodeShell(fleet, access), access.signal), access.signal);
}
