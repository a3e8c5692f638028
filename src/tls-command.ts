import type { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { changeFlags, changeOf } from './changing.ts';
import type { Fleet } from './lib/fleet/fleet.ts';
import type { SealedIssuer } from './lib/pki/authority-folder.ts';
import type { TlsStep } from './lib/tls/steps.ts';
import { passphraseFrom } from './passphrase.ts';
import { StreamingCommand } from './streaming-command.ts';
import { showTlsStep } from './ui/tls-steps.ts';

export const tlsChangeFlags = {
  ...changeFlags,
  'passphrase-file': Flags.string({ description: "file with the issuing authority's passphrase" }),
};

/** Commands that bring certificates: what they do is told step by step, and nothing of it is secret. */
export abstract class TlsCommand<
  Self extends typeof Command = typeof Command,
> extends StreamingCommand<Self> {
  static override mutates = true;

  /** @param command as it is written down for whoever finds the lock taken */
  protected tlsChange(fleet: Fleet, command: string, schema: string) {
    const flags = this.flags as { yes: boolean; confirm?: string; 'dry-run': boolean };
    const change = changeOf(fleet, {
      command,
      flags: { ...flags, json: this.wantsJson },
      signal: this.signal,
    });
    return {
      ...change,
      dryRun: flags['dry-run'],
      passphrase: (issuer: SealedIssuer) => this.issuerPassphrase(issuer),
      tell: (step: TlsStep) => {
        if (this.wantsJson) this.printJson(schema, { at: new Date().toISOString(), ...step });
        else showTlsStep(step, this.progress);
      },
    };
  }

  private asked: Promise<string> | undefined;

  /** Asked for once, however many certificates are signed; the embedded platform keeps its own beside its authority. */
  protected issuerPassphrase(issuer: SealedIssuer & { passphrase?: string }): Promise<string> {
    const name = 'passphrase of the issuing authority';
    const place = { flag: '--passphrase-file', variable: 'GSYS_TLS_PASSPHRASE' };
    const given = {
      file: (this.flags as { 'passphrase-file'?: string })['passphrase-file'],
      value: this.env.tlsPassphrase,
    };
    if (issuer.passphrase !== undefined) return Promise.resolve(issuer.passphrase);
    this.asked ??= passphraseFrom({ name, ...place, ...given, isNew: false }, this.signal);
    return this.asked;
  }
}
