import type { Fleet } from '../lib/fleet/fleet.ts';
import { timerFiles } from './timer.ts';

/** Once a day, at an hour of few requests, not at the same minute everywhere. */
const MINUTE = 17;
const HOUR = 3;

/** A systemd timer, and the same for cron, that renew what is due, ready to be put in place. */
export function timerText({ name, root, environment }: Fleet, program: string): string {
  const passphrase =
    environment.platform === 'embedded' ? '' : ' --passphrase-file /etc/gsys/issuer-passphrase';
  const confirm = environment.protected ? ` --confirm ${name}` : '';
  const time = `${String(HOUR).padStart(2, '0')}:${MINUTE}`;
  return timerFiles({
    unit: `gsys-rotate-${environment.name}`,
    description: `Renew the certificates of ${name} (${environment.name}) that are due`,
    folder: root,
    command: `${program} tls rotate leaf --due --yes --env ${environment.name}${confirm}${passphrase}`,
    when: [`OnCalendar=*-*-* ${time}:00`, 'RandomizedDelaySec=1h', 'Persistent=true'],
    cron: `${MINUTE} ${HOUR} * * *`,
  });
}
