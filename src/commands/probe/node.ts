import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { nodeOf } from '../../lib/probe/targets/node.ts';
import { NODE } from '../../lib/probe/ways.ts';
import { comeWithFlags, ProbeCommand, probeFlags } from '../../probe-command.ts';

const port = (description: string) => Flags.integer({ description, min: 1, max: 65_535 });

export default class ProbeNode extends ProbeCommand<typeof ProbeNode> {
  static override summary = 'a NATS node with all that it does: clients, peers, monitoring, JetStream';
  static override description =
    'What probe nats looks at, then a handshake on the route port, and what the node tells of itself in the system account. Of a server that a URL names, only ports that are given are asked besides. Exit code: 0 well, 1 a layer failed, 3 could not be determined.';
  static override examples = [
    '<%= config.bin %> probe node nats-3',
    '<%= config.bin %> probe node nats://127.0.0.1:4222 --monitor-port 8222',
  ];
  static override args = {
    target: Args.string({ description: 'NODE, HOST:PORT of one, or URL', required: true }),
  };
  static override flags = {
    ...probeFlags,
    ...comeWithFlags,
    'route-port': port('its port for peers'),
    'monitor-port': port('its HTTP port for monitoring'),
  };

  async run() {
    const means = await this.means(this.flags, this.args.target);
    const ports = { routePort: this.flags['route-port'], monitorPort: this.flags['monitor-port'] };
    const target = await nodeOf(this.args.target, means, ports);
    return await this.probe(
      { kind: 'node', named: target.name, targets: [target], layers: NODE },
      this.flags,
    );
  }
}
