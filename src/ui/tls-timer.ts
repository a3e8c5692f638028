import type { Fleet } from '../lib/fleet/fleet.ts';

/** Once a day, at an hour of few requests, not at the same minute everywhere. */
const MINUTE = 17;
const HOUR = 3;

/** A systemd timer, and the same for cron, that renew what is due, ready to be put in place. */
export function timerText({ name, root, environment }: Fleet, program: string): string {
  const passphrase =
    environment.platform === 'embedded' ? '' : ' --passphrase-file /etc/gsys/issuer-passphrase';
  const confirm = environment.protected ? ` --confirm ${name}` : '';
  const command = `${program} tls rotate leaf --due --yes --env ${environment.name}${confirm}${passphrase}`;
  const unit = `gsys-rotate-${environment.name}`;
  const time = `${String(HOUR).padStart(2, '0')}:${MINUTE}`;
  return `# /etc/systemd/system/${unit}.service
[Unit]
Description=Renew the certificates of ${name} (${environment.name}) that are due

[Service]
Type=oneshot
WorkingDirectory=${root}
ExecStart=${command}

# /etc/systemd/system/${unit}.timer
[Timer]
OnCalendar=*-*-* ${time}:00
RandomizedDelaySec=1h
Persistent=true

[Install]
WantedBy=timers.target

# then: systemctl enable --now ${unit}.timer; a run that fails is a failed unit: systemctl --failed

# or /etc/cron.d/${unit}; what it prints is mailed
${MINUTE} ${HOUR} * * * root cd ${root} && ${command}`;
}
