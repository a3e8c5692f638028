import type { Command } from '@oclif/core/command';
import { type Given, issuerPassphrase, issuerPassphraseFlags } from './authority-passphrases.ts';
import { changeFlags, changeOf } from './changing.ts';
import type { Fleet } from './lib/fleet/fleet.ts';
import type { SealedIssuer } from './lib/pki/authority-folder.ts';
import type { TlsStep } from './lib/tls/steps.ts';
import { StreamingCommand } from './streaming-command.ts';
import { showTlsStep } from './ui/tls-steps.ts';

export const tlsChangeFlags = {
  ...changeFlags,
  ...issuerPassphraseFlags,
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

  /** What passphrases are found by. */
  protected get given(): Given {
    return { flags: this.flags as Given['flags'], env: this.env, signal: this.signal };
  }

  private asked: Promise<string> | undefined;

  /** Asked for once, however many certificates are signed; each authority of the embedded platform has its own. */
  private issuerPassphrase(issuer: SealedIssuer & { passphrase?: string }): Promise<string> {
    if (issuer.passphrase !== undefined) return issuerPassphrase(issuer, this.given);
    this.asked ??= issuerPassphrase(issuer, this.given);
    return this.asked;
  }
}
