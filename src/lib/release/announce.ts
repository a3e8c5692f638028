import type { Sns } from '../aws/sns.ts';
import { topicArn } from '../fleet/alarms.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Outcome, PlannedStep } from './events.ts';
import type { LockHolder } from './lock.ts';

interface Release {
  release: string;
  holder: Pick<LockHolder, 'command' | 'who'>;
  message?: string | undefined;
}

/**
 * Tells those who hear of alarms that a release begins, or how it ended: whoever is on call then knows why something
 * moves. Where the topic does not exist yet, nobody is told.
 */
export async function announce(
  sns: Pick<Sns, 'publish'>,
  fleet: Fleet,
  { release, holder, message }: Release,
  what: 'started' | Outcome,
  { services }: PlannedStep,
  why?: string,
): Promise<void> {
  const changed = services.filter(({ action }) => action !== 'unchanged').map(({ service }) => service);
  const news = {
    ...{ fleet: fleet.name, environment: fleet.environment.name, release, event: what },
    ...{ who: holder.who, command: holder.command, services: changed },
    ...(message !== undefined && { message }),
    ...(why !== undefined && { why }),
  };
  const subject = `${fleet.name} ${fleet.environment.name}: release ${what}`;
  await sns.publish(topicArn(fleet.environment), { subject, message: JSON.stringify(news, null, 2) });
}
