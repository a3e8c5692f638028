import type { HolderStatus, ListenerStatus } from '../lib/tls/holder-status.ts';
import { type Problem, shortSerial } from '../lib/tls/judge-holder.ts';
import type { TlsStatus } from '../lib/tls/status.ts';
import { type Paint, plain } from './paint.ts';
import { table } from './table.ts';

const COLOURS = { pass: 'green', warn: 'yellow', fail: 'red', unknown: 'magenta' } as const;

const WORDS = {
  pass: 'all is as issued',
  warn: 'renewal is due',
  fail: 'a person is needed',
  unknown: 'in an unknown state',
};

/** Every holder with what was issued, deployed and seen; then what is not as it should be. */
export function tlsStatusText({ status, authorities, holders, others }: TlsStatus, paint: Paint): string {
  const rows = [
    ...authorities.map(({ name, status, certificate }) => [
      paint(COLOURS[status], status),
      name,
      'authority',
      certificate === undefined ? '-' : shortSerial(certificate.serial),
      ...['', '', certificate === undefined ? '-' : String(certificate.daysLeft)],
      plain(commonName(certificate?.issuer)),
    ]),
    ...holders.map((holder) => holderRow(holder, paint)),
    ...others.map(({ listener, status }) => [
      paint(COLOURS[status], status),
      plain(listener.address),
      'provider',
      ...['', '', servedCell(listener, false, paint)],
      listener.seen === undefined ? '-' : String(listener.seen.certificate.daysLeft),
      plain(commonName(listener.seen?.certificate.issuer)),
    ]),
  ];
  const looked = [
    ...holders.flatMap(({ listeners }) => listeners),
    ...others.map(({ listener }) => listener),
  ];
  const seen = looked.filter((listener) => listener.seen !== undefined).length;
  return [
    table(['STATUS', 'HOLDER', 'KIND', 'ISSUED', 'DEPLOYED', 'SEEN SERVED', 'DAYS LEFT', 'ISSUER'], rows),
    ...authorities.flatMap(({ name, problems }) => problemLines(name, problems, paint)),
    ...holders.flatMap(({ holder, problems }) => problemLines(holder, problems, paint)),
    ...others.flatMap(({ listener, problems }) => problemLines(listener.address, problems, paint)),
    `${paint(COLOURS[status], WORDS[status])}: ${seen} of ${looked.length} listeners showed their certificate, ${holders.length} holders`,
  ].join('\n');
}

function holderRow(
  { status, holder, kind, issued, deployed, listeners }: HolderStatus,
  paint: Paint,
): string[] {
  return [
    paint(COLOURS[status], status),
    plain(holder),
    kind,
    issued === undefined ? paint('red', 'never') : shortSerial(issued.serial),
    deployed.certificate === undefined ? deployed.state : shortSerial(deployed.certificate.serial),
    listeners.length === 0
      ? paint('dim', 'serves nothing')
      : listeners.map((one) => servedCell(one, true, paint)).join(' '),
    issued === undefined ? '-' : String(issued.daysLeft),
    plain(commonName(issued?.issuer)),
  ];
}

/** @param ours whether it should be what was issued */
function servedCell({ listener, seen }: ListenerStatus, ours: boolean, paint: Paint): string {
  if (seen === undefined) return `${listener} ${paint('red', 'not seen')}`;
  const serial = shortSerial(seen.certificate.serial);
  return `${listener} ${ours && !seen.issued ? paint('red', serial) : serial}`;
}

/** What helps against several is said once. */
function problemLines(name: string, problems: Problem[], paint: Paint): string[] {
  const remedies = new Set(problems.flatMap(({ remedy }) => remedy));
  return [
    ...problems.map(
      ({ status, message }) => `${paint(COLOURS[status], status.padEnd(9))}${plain(name)}: ${plain(message)}`,
    ),
    ...[...remedies].map((command) => `${' '.repeat(9)}${paint('cyan', `$ ${command}`)}`),
  ];
}

/** `CN=gaming-system issuer 2026-11-27, O=gaming-system` */
function commonName(name: string | undefined): string {
  return /CN=([^,]+)/.exec(name ?? '')?.[1] ?? name ?? '-';
}
