import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../base-command.ts';
import { changeFlags, changeOf } from '../../changing.ts';
import { parseEndpoint } from '../../lib/observe/alarms/endpoint.ts';
import { subscribe } from '../../lib/observe/alarms/subscribe.ts';
import { subscribedText } from '../../ui/alarms-subscribed.ts';

export default class AlarmsSubscribe extends BaseCommand<typeof AlarmsSubscribe> {
  static override summary = 'have somebody told of every alarm';
  static override description =
    'A URL or an e-mail address is sent a link and told nothing until that was followed; a file of the embedded platform needs no link. Proves itself by the list of the topic.';
  static override examples = [
    '<%= config.bin %> alarms subscribe https://pager.example.com/hook',
    '<%= config.bin %> alarms subscribe ops@example.com',
    '<%= config.bin %> alarms subscribe file:.gsys/alarms.jsonl --yes',
    '<%= config.bin %> alarms subscribe https://pager.example.com/hook --token 2336412f37…',
  ];
  static override args = {
    endpoint: Args.string({ description: 'URL, e-mail address, or file:PATH', required: true }),
  };
  static override flags = {
    ...changeFlags,
    token: Flags.string({ description: 'confirms with the token that the endpoint was sent' }),
    wait: Flags.integer({ description: 'seconds that a URL gets to confirm', default: 5, min: 0 }),
  };
  static override mutates = true;

  async run() {
    const fleet = await this.fleet();
    const subscriber = parseEndpoint(this.args.endpoint, process.cwd(), fleet.environment);
    const change = changeOf(fleet, { command: 'alarms subscribe', flags: this.flags, signal: this.signal });
    const subscribed = await subscribe({
      ...change,
      subscriber,
      token: this.flags.token,
      confirm: () =>
        change.requireConsent(`have ${this.args.endpoint} told of every alarm of ${fleet.environment.name}?`),
      dryRun: this.flags['dry-run'],
      patience: this.flags.wait * 1000,
      now: Date.now,
    });
    this.log(subscribedText(subscribed, this.paint));
    return {
      schema: 'gsys/alarms-subscribe/v1',
      fleet: fleet.name,
      environment: fleet.environment.name,
      ...subscribed,
    };
  }
}
