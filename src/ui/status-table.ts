import type { ServiceStatus } from '../lib/observe/status.ts';
import { age } from './age.ts';
import { type Paint, plain } from './paint.ts';
import { table } from './table.ts';

/** @param now milliseconds since the epoch */
export function statusTable(services: ServiceStatus[], paint: Paint, now: number): string {
  const rows = services.map((service) => [
    service.service,
    counts(service, paint),
    healthWords(service, paint),
    plain(service.taskDefinition ?? '-'),
    rolloutWords(service, paint),
    service.since ? age(now - Date.parse(service.since)) : '-',
  ]);
  return table(['SERVICE', 'RUNNING', 'HEALTH', 'TASK DEFINITION', 'ROLLOUT', 'SINCE'], rows);
}

function counts({ running, desired, pending, status }: ServiceStatus, paint: Paint): string {
  if (status !== 'ACTIVE') return paint('red', status.toLowerCase());
  const text = `${running}/${desired}${pending > 0 ? ` +${pending}` : ''}`;
  return running === desired ? text : paint('yellow', text);
}

function healthWords({ health, running }: ServiceStatus, paint: Paint): string {
  if (running === 0) return '-';
  const words = [
    health.healthy > 0 ? `${health.healthy} healthy` : '',
    health.unhealthy > 0 ? paint('red', `${health.unhealthy} unhealthy`) : '',
    health.unknown > 0 ? paint('yellow', `${health.unknown} unknown`) : '',
  ];
  return words.filter(Boolean).join(', ') || '-';
}

function rolloutWords({ rollout }: ServiceStatus, paint: Paint): string {
  if (rollout === undefined) return '-';
  if (rollout === 'COMPLETED') return 'completed';
  return rollout === 'FAILED'
    ? paint('red', 'failed')
    : paint('yellow', plain(rollout.toLowerCase().replace('_', ' ')));
}
