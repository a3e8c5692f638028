/** Something that is to run again and again, as systemd and cron are told. */
export interface Timer {
  unit: string;
  description: string;
  /** Where it runs: absolute. */
  folder: string;
  command: string;
  /** Lines of systemd's `[Timer]`. */
  when: string[];
  /** Cron's five fields; undefined where cron is too coarse. */
  cron: string | undefined;
}

/** A systemd timer, and the same for cron, ready to be put in place. */
export function timerFiles({ unit, description, folder, command, when, cron }: Timer): string {
  return `# /etc/systemd/system/${unit}.service
[Unit]
Description=${description}

[Service]
Type=oneshot
WorkingDirectory=${folder}
ExecStart=${command}

# /etc/systemd/system/${unit}.timer
[Timer]
${when.join('\n')}

[Install]
WantedBy=timers.target

# then: systemctl enable --now ${unit}.timer; a run that fails is a failed unit: systemctl --failed
${cron === undefined ? '' : `\n# or /etc/cron.d/${unit}; what it prints is mailed\n${cron} root cd ${folder} && ${command}`}`.trimEnd();
}
