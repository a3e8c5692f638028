import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../base-command.ts';
import { changeFlags, changeOf } from '../../changing.ts';
import { secrets } from '../../lib/aws/secrets.ts';
import { initAuthority } from '../../lib/tls/init.ts';
import { passphraseFrom } from '../../passphrase.ts';
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
    'passphrase-file': Flags.string({ description: "file with the issuing authority's passphrase" }),
  };
  static override mutates = true;

  async run() {
    const fleet = await this.fleet();
    const change = changeOf(fleet, { command: 'tls init', flags: this.flags, signal: this.signal });
    const made = await initAuthority({
      ...change,
      secrets: secrets(change.access),
      rootFolder: this.flags['root-folder'],
      dryRun: this.flags['dry-run'],
      confirm: async (plan) => {
        this.progress.note(initPlanText(plan));
        await change.requireConsent(`make a new authority for ${fleet.environment.name}?`);
      },
      passphrases: async () => ({ root: await this.rootPassphrase(), issuer: await this.passphrase() }),
      onStep: (text) => this.progress.step(text),
    });
    this.progress.end();
    this.log(initializedText(made, this.paint));
    return { schema: 'gsys/tls-init/v1', fleet: fleet.name, environment: fleet.environment.name, ...made };
  }

  private rootPassphrase(): Promise<string> {
    const place = { flag: '--root-passphrase-file', variable: 'GSYS_TLS_ROOT_PASSPHRASE' };
    const given = { file: this.flags['root-passphrase-file'], value: this.env.tlsRootPassphrase };
    return passphraseFrom({ name: 'passphrase of the root', ...place, ...given, isNew: true }, this.signal);
  }

  private passphrase(): Promise<string> {
    const place = { flag: '--passphrase-file', variable: 'GSYS_TLS_PASSPHRASE' };
    const given = { file: this.flags['passphrase-file'], value: this.env.tlsPassphrase };
    const name = 'passphrase of the issuing authority';
    return passphraseFrom({ name, ...place, ...given, isNew: true }, this.signal);
  }
}
