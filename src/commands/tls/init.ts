import * as Flags from '@oclif/core/flags';
import {
  issuerPassphraseFlags,
  newIssuerPassphrase,
  newRootPassphrase,
} from '../../authority-passphrases.ts';
import { BaseCommand } from '../../base-command.ts';
import { changeFlags, changeOf } from '../../changing.ts';
import { secrets } from '../../lib/aws/secrets.ts';
import { initAuthority } from '../../lib/tls/init.ts';
import { initializedText, initPlanText } from '../../ui/tls-init.ts';

export default class TlsInit extends BaseCommand<typeof TlsInit> {
  static override summary = "make the environment's root and issuing authority";
  static override description =
    'Both keys are sealed (scrypt, AES-256-GCM): the root in a file that belongs off line, the issuing authority in Secrets Manager. Passphrases come from files, from GSYS_TLS_ROOT_PASSPHRASE and GSYS_TLS_PASSPHRASE, or from the terminal. Nothing that is there is overwritten.';
  static override examples = [
    '<%= config.bin %> tls init --env production --confirm gaming-system',
    '<%= config.bin %> tls init --env production --root-folder /media/usb/gaming-system --dry-run',
  ];
  static override flags = {
    ...changeFlags,
    'root-folder': Flags.string({ description: "folder for the root's certificate and sealed key" }),
    'root-passphrase-file': Flags.string({ description: "file with the root's passphrase" }),
    ...issuerPassphraseFlags,
  };
  static override mutates = true;

  async run() {
    const fleet = await this.fleet();
    const change = changeOf(fleet, { command: 'tls init', flags: this.flags, signal: this.signal });
    const given = { flags: this.flags, env: this.env, signal: this.signal };
    const made = await initAuthority({
      ...change,
      secrets: secrets(change.access),
      rootFolder: this.flags['root-folder'],
      dryRun: this.flags['dry-run'],
      confirm: async (plan) => {
        this.progress.note(initPlanText(plan));
        await change.requireConsent(`make a new authority for ${fleet.environment.name}?`);
      },
      passphrases: async () => ({
        root: await newRootPassphrase(given),
        issuer: await newIssuerPassphrase(given),
      }),
      onStep: (text) => this.progress.step(text),
    });
    this.progress.end();
    this.log(initializedText(made, this.paint));
    return { schema: 'gsys/tls-init/v1', fleet: fleet.name, environment: fleet.environment.name, ...made };
  }
}
