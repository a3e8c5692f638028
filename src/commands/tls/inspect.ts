import { existsSync, statSync } from 'node:fs';
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../base-command.ts';
import { awsAccess } from '../../lib/aws/clients.ts';
import { secrets } from '../../lib/aws/secrets.ts';
import { chooseHolders } from '../../lib/tls/holders.ts';
import { inspectFile } from '../../lib/tls/inspect-file.ts';
import { inspectHolder } from '../../lib/tls/inspect-holder.ts';
import { inspectListener, isAddress } from '../../lib/tls/inspect-listener.ts';
import type { Inspected } from '../../lib/tls/inspected.ts';
import { visitorOf } from '../../lib/tls/visitor.ts';
import { inspectedText } from '../../ui/tls-inspect.ts';

export default class TlsInspect extends BaseCommand<typeof TlsInspect> {
  static override summary = 'what a certificate says: of a file, a listener, or a holder';
  static override description =
    'Of HOST:PORT it is what a handshake shows now, and whether a client certificate is demanded; NATS client ports are recognised by what they say. A private key is never shown, only whether it belongs. Exit code: 0 nothing is wrong with it, 1 something is, 3 nothing was served.';
  static override examples = [
    '<%= config.bin %> tls inspect certs/production/ca.pem',
    '<%= config.bin %> tls inspect nats-1.internal.example.com:4222 --env production',
    '<%= config.bin %> tls inspect settings --json',
  ];
  static override args = {
    target: Args.string({ description: 'FILE, HOST:PORT, or a holder', required: true }),
  };

  async run() {
    const inspected = await this.inspect(this.args.target);
    this.log(inspectedText(inspected, this.paint));
    if (inspected.problems.length > 0) this.exitWith(1);
    return { schema: 'gsys/tls-inspect/v1', ...inspected };
  }

  private async inspect(target: string): Promise<Inspected> {
    if (isAddress(target)) {
      const { environment } = await this.fleet();
      return await inspectListener(target, await visitorOf(environment.operator));
    }
    if (target.includes('/') || (existsSync(target) && statSync(target).isFile()))
      return await inspectFile(target, new Date());
    const fleet = await this.fleet();
    const [holder] = chooseHolders(fleet, [target]);
    if (holder === undefined) throw new Error(`nobody was chosen for ${target}`);
    const bring = () => secrets(awsAccess(fleet.environment, this.signal));
    return await inspectHolder(holder, fleet, bring, new Date());
  }
}
