import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { newRootPassphrase } from '../../authority-passphrases.ts';
import { awsAccess } from '../../lib/aws/clients.ts';
import { GsysError } from '../../lib/errors.ts';
import { rotate } from '../../lib/tls/rotate.ts';
import { rotationStory } from '../../lib/tls/rotation-story.ts';
import { TlsCommand, tlsChangeFlags } from '../../tls-command.ts';
import { rotatedText, rotationPlanText, rotationsText } from '../../ui/tls-rotate.ts';
import { timerText } from '../../ui/tls-timer.ts';

const SCHEMA = 'gsys/tls-rotate/v1';

export default class TlsRotate extends TlsCommand<typeof TlsRotate> {
  static override summary = 'give everybody new leaves, or a new authority, with nobody noticing';
  static override description =
    'leaf: a new key and certificate for each holder, proved where it is used before the next. ca: a new root and issuing authority in five steps (trust both, reissue, drain, untrust, prove), each gated by fresh handshakes and written down with what was seen. Interrupted at any moment, --resume goes on and --abort goes back, from any machine.';
  static override examples = [
    '<%= config.bin %> tls rotate leaf --due --yes',
    '<%= config.bin %> tls rotate ca --env production --confirm gaming-system',
    '<%= config.bin %> tls rotate ca --resume',
    '<%= config.bin %> tls rotate --status',
    '<%= config.bin %> tls rotate --timer --env production',
  ];
  static override args = {
    what: Args.string({
      description: 'leaf or ca; after leaf, whose: all of them by default',
      multiple: true,
    }),
  };
  static override flags = {
    ...tlsChangeFlags,
    due: Flags.boolean({ description: 'of leaf: those alone that are missing or due' }),
    resume: Flags.boolean({ description: 'go on with the one under way', exclusive: ['abort', 'status'] }),
    abort: Flags.boolean({ description: 'go back from the one under way', exclusive: ['resume', 'status'] }),
    timer: Flags.boolean({ description: 'print a systemd timer and a line for cron that renew what is due' }),
    status: Flags.boolean({ description: 'tell what has been done, and by what evidence' }),
    'root-folder': Flags.string({
      description: "of ca: folder for the new root's certificate and sealed key",
    }),
    'root-passphrase-file': Flags.string({ description: "of ca: file with the new root's passphrase" }),
  };

  async run() {
    const fleet = await this.fleet();
    if (this.flags.status) return await this.tell(fleet);
    if (this.flags.timer) return this.log(timerText(fleet, this.config.binPath ?? 'gsys'));
    const { kind, holders } = this.what();
    const change = this.tlsChange(fleet, `tls rotate ${kind}`, SCHEMA);
    const result = await rotate({
      ...change,
      kind,
      holders,
      due: this.flags.due,
      mode: this.flags.resume ? 'resume' : this.flags.abort ? 'abort' : 'start',
      authority: {
        rootFolder: this.flags['root-folder'],
        rootPassphrase: () => newRootPassphrase(this.given),
      },
      confirm: async (plan) => {
        if (this.wantsJson) this.printJson(SCHEMA, { at: new Date().toISOString(), type: 'planned', plan });
        else this.progress.note(rotationPlanText(plan));
        await change.requireConsent(`go ahead in ${fleet.environment.name}?`);
      },
    });
    this.progress.end();
    if (this.wantsJson) this.printJson(SCHEMA, { type: 'result', ...result });
    else this.log(rotatedText(result, this.paint));
  }

  private async tell(fleet: Awaited<ReturnType<TlsRotate['fleet']>>) {
    const rotations = await rotationStory(fleet, awsAccess(fleet.environment, this.signal));
    if (this.wantsJson) this.printJson(SCHEMA, { type: 'status', rotations });
    else this.log(rotationsText(rotations, this.paint, this.flags.verbose));
  }

  private what(): { kind: 'leaf' | 'ca'; holders: string[] } {
    const [kind, ...holders] = this.args.what ?? [];
    if (kind !== 'leaf' && kind !== 'ca')
      throw new GsysError('USAGE', `what is to be rotated${kind === undefined ? '' : `: ${kind}`}?`, {
        next: 'gsys tls rotate leaf, or: gsys tls rotate ca',
      });
    const ofLeaf = this.flags.due ? '--due' : holders[0];
    if (kind === 'ca' && ofLeaf !== undefined)
      throw new GsysError('USAGE', `an authority is everybody’s: ${ofLeaf} belongs to leaves`, {
        next: 'gsys tls rotate ca',
      });
    return { kind, holders };
  }
}
