import * as Args from '@oclif/core/args';
import { gatewayTarget } from '../../lib/probe/targets/gateway.ts';
import { GATEWAY } from '../../lib/probe/ways.ts';
import { comeWithFlags, ProbeCommand, probeFlags } from '../../probe-command.ts';

export default class ProbeGateway extends ProbeCommand<typeof ProbeGateway> {
  static override summary =
    'the gateway as a player’s client meets it: DNS, TCP, TLS, HTTP, readiness, a route';
  static override description =
    'The environment’s gateway, or by URL one of its tasks, or any HTTP server: with a path in the URL that alone is asked, and has to answer 2xx. Exit code: 0 well, 1 a layer failed, 3 could not be determined.';
  static override examples = [
    '<%= config.bin %> probe gateway',
    '<%= config.bin %> probe gateway http://127.64.0.1:8000',
    '<%= config.bin %> probe gateway https://api.example.com/openapi.json',
  ];
  static override args = {
    target: Args.string({ description: 'URL; the environment’s gateway by default' }),
  };
  static override flags = { ...probeFlags, ...comeWithFlags };

  async run() {
    const means = await this.means(this.flags, this.args.target);
    // A task of the gateway by its address: the definition says what to ask it, where there is one.
    const fleet = means.fleet ?? (await this.fleet().catch(() => undefined));
    const target = await gatewayTarget(this.args.target, { ...means, fleet });
    return await this.probe(
      { kind: 'gateway', named: target.name, targets: [target], layers: GATEWAY },
      this.flags,
    );
  }
}
