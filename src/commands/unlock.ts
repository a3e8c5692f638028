import { BaseCommand } from '../base-command.ts';
import { changeFlags, changeOf } from '../changing.ts';
import { ssm } from '../lib/aws/ssm.ts';
import { checkAccount } from '../lib/aws/sts.ts';
import { breakLock, lockHolder } from '../lib/release/lock.ts';

export default class Unlock extends BaseCommand<typeof Unlock> {
  static override summary = 'break the fleet’s lock, when its holder is gone for good';
  static override description =
    'A holder that is still alive learns of it before its next change, and stops. What it has begun goes on in ECS: see deploy --resume.';
  static override examples = ['<%= config.bin %> unlock --dry-run', '<%= config.bin %> unlock'];
  static override flags = changeFlags;
  static override mutates = true;

  async run() {
    const fleet = await this.fleet();
    const change = changeOf(fleet, {
      command: 'unlock',
      flags: { ...this.flags, json: this.jsonEnabled() },
      signal: this.signal,
    });
    await checkAccount(change.access);
    const parameters = ssm(change.access);
    const place = { fleet: fleet.name, environment: fleet.environment.name };
    const now = () => change.access.serverNow();
    const holder = await lockHolder(parameters, place, now);
    const document = { schema: 'gsys/unlock/v1', ...place };
    if (holder === undefined) {
      this.log('nobody holds the lock');
      return { ...document, outcome: 'nothing-to-do' };
    }
    const words = `${holder.who} (${holder.command}, since ${holder.since})`;
    if (this.flags['dry-run']) {
      this.log(`held by ${words}`);
      return { ...document, outcome: 'dry-run', holder };
    }
    await change.requireConsent(`break the lock of ${words}?`);
    const breaker = { command: 'unlock', who: change.holder.who };
    const lock = await breakLock(parameters, place, breaker, new Date(now()).toISOString());
    this.log(`the lock of ${words} is broken`);
    return { ...document, outcome: 'broken', holder, lock };
  }
}
