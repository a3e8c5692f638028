import * as Args from '@oclif/core/args';
import { natsTarget } from '../../lib/probe/targets/nats.ts';
import { NATS } from '../../lib/probe/ways.ts';
import { comeWithFlags, ProbeCommand, probeFlags } from '../../probe-command.ts';

export default class ProbeNats extends ProbeCommand<typeof ProbeNats> {
  static override summary = 'a NATS server as a client meets it: DNS, TCP, INFO, TLS, authentication';
  static override description =
    'A node of the definition by its name, or any server: nats:// takes TLS where it is offered, tls:// demands it. A user or token may be in the URL; it is never shown. Exit code: 0 well, 1 a layer failed, 3 could not be determined.';
  static override examples = [
    '<%= config.bin %> probe nats nats-1',
    '<%= config.bin %> probe nats nats-1 --count 100 --interval 0',
    '<%= config.bin %> probe nats tls://nats.example.com:4222 --ca ca.pem --cert cert.pem --key key.pem',
  ];
  static override args = {
    target: Args.string({ description: 'NODE, HOST:PORT of one, or URL', required: true }),
  };
  static override flags = { ...probeFlags, ...comeWithFlags };

  async run() {
    const means = await this.means(this.flags, this.args.target);
    const target = await natsTarget(this.args.target, means);
    return await this.probe(
      { kind: 'nats', named: target.name, targets: [target], layers: NATS },
      this.flags,
    );
  }
}
