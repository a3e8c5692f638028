import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { isUrl } from '../../lib/probe/targets/server-url.ts';
import { serviceTargets } from '../../lib/probe/targets/service.ts';
import { SERVICE } from '../../lib/probe/ways.ts';
import { comeWithFlags, ProbeCommand, probeFlags } from '../../probe-command.ts';

export default class ProbeService extends ProbeCommand<typeof ProbeService> {
  static override summary = 'a service as its callers meet it: down to the reply that its contract promises';
  static override description =
    'Sends the probe of its service.yaml, which has no side effects, through the first NATS node that lets us in, or the one of --through. One instance answers each round. By URL any subject of any NATS server can be asked. Exit code: 0 well, 1 a layer failed, 3 could not be determined.';
  static override examples = [
    '<%= config.bin %> probe service settings',
    '<%= config.bin %> probe service settings --through nats-3 --count 50 --interval 0.1',
    '<%= config.bin %> probe service nats://127.0.0.1:4222 --subject greet --data hello',
  ];
  static override args = { target: Args.string({ description: 'SERVICE, or URL', required: true }) };
  static override flags = {
    ...probeFlags,
    ...comeWithFlags,
    through: Flags.string({ description: 'NODE or URL to ask it through' }),
    subject: Flags.string({ description: 'of a URL: what to ask', dependsOn: ['data'] }),
    data: Flags.string({ description: 'of a URL: the request, as it is', dependsOn: ['subject'] }),
    expect: Flags.string({
      description: 'of a URL: JSON that the answer must hold',
      dependsOn: ['subject'],
      parse: (text) => Promise.resolve(checked(text)),
    }),
  };

  async run() {
    const { target: named } = this.args;
    const { through, subject, data, expect } = this.flags;
    const means = await this.means(this.flags, named);
    const asked = { through, subject, data, expect: expect === undefined ? undefined : JSON.parse(expect) };
    const targets = await serviceTargets(named, { ...means, ...asked });
    const shown = isUrl(named) ? `${subject} at ${targets[0]?.name}` : named;
    return await this.probe({ kind: 'service', named: shown, targets, layers: SERVICE }, this.flags);
  }
}

function checked(json: string): string {
  JSON.parse(json);
  return json;
}
