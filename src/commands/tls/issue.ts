import { readFile } from 'node:fs/promises';
import * as Flags from '@oclif/core/flags';
import { issuerPassphrase, issuerPassphraseFlags } from '../../authority-passphrases.ts';
import { BaseCommand } from '../../base-command.ts';
import { changeFlags, changeOf } from '../../changing.ts';
import { holderArgs } from '../../holder-args.ts';
import { secrets } from '../../lib/aws/secrets.ts';
import { ssm } from '../../lib/aws/ssm.ts';
import { GsysError, messageOf } from '../../lib/errors.ts';
import { chooseHolders } from '../../lib/tls/holders.ts';
import { issueCertificates } from '../../lib/tls/issue.ts';
import { asRecorded } from '../../lib/tls/tls-change.ts';
import { appliedText, showApplyStep } from '../../ui/apply-text.ts';
import { issuePlanText } from '../../ui/tls-issue.ts';

export default class TlsIssue extends BaseCommand<typeof TlsIssue> {
  static override summary = 'issue the certificates that are missing or due, and no other';
  static override description =
    "Pairs go into this machine's folder of the environment (0600, switched over in one instant), certificates into the fleet's inventory. Nothing is deployed by it. A node elsewhere makes its own key: bring its request with --csr.";
  static override examples = [
    '<%= config.bin %> tls issue --dry-run',
    '<%= config.bin %> tls issue settings gsys-operator --yes',
    '<%= config.bin %> tls issue nats-1 --csr nats-1.csr --env production --confirm gaming-system',
  ];
  static override args = holderArgs;
  static override flags = {
    ...changeFlags,
    csr: Flags.string({ description: "file with the node's certificate signing request" }),
    ...issuerPassphraseFlags,
  };
  static override mutates = true;

  async run() {
    const defined = await this.fleet();
    const change = changeOf(defined, { command: 'tls issue', flags: this.flags, signal: this.signal });
    const fleet = await asRecorded(defined, change.access);
    const holders = chooseHolders(fleet, this.args.holder ?? []);
    const applied = await issueCertificates({
      ...change,
      fleet,
      holders,
      request: await readRequestFile(this.flags.csr),
      secrets: secrets(change.access),
      ssm: ssm(change.access),
      passphrase: (issuer) =>
        issuerPassphrase(issuer, { flags: this.flags, env: this.env, signal: this.signal }),
      confirm: (plan) => {
        const count = plan.filter(({ action }) => action === 'issue').length;
        return change.requireConsent(`issue ${count} certificates in ${fleet.environment.name}?`);
      },
      dryRun: this.flags['dry-run'],
      now: Date.now,
      onStep: (step) =>
        showApplyStep(step, this.progress, (plan) => issuePlanText(plan, this.paint, this.flags.verbose)),
    });
    this.progress.end();
    this.log(appliedText(applied, 'certificate', this.paint, 'issued'));
    if (applied.outcome === 'incomplete') this.exitWith(1);
    const { plan, changed: issued, ...rest } = applied;
    const head = { schema: 'gsys/tls-issue/v1', fleet: fleet.name, environment: fleet.environment.name };
    return { ...head, ...rest, issued, holders: plan };
  }
}

async function readRequestFile(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new GsysError('USAGE', `${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}
