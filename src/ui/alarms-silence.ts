import type { PlannedSilence, Silenced } from '../lib/observe/alarms/silence.ts';
import { type Paint, plain } from './paint.ts';

const COLOURS = { silence: 'yellow', end: 'green', unchanged: 'dim' } as const;

export function silencePlanText(plan: PlannedSilence[], paint: Paint): string {
  return plan
    .map(({ alarm, action, now }) => {
      const since = now && `: ${now.description}, until ${now.until?.toISOString() ?? 'somebody ends it'}`;
      return `${paint(COLOURS[action], action)}  ${plain(alarm)}${plain(since ?? '')}`;
    })
    .join('\n');
}

export function silencedText({ outcome, alarms, until }: Silenced, paint: Paint): string {
  const names = alarms.map(({ alarm }) => plain(alarm)).join(', ');
  if (outcome === 'dry-run') return `${silencePlanText(alarms, paint)}\ndry run: nothing was changed`;
  if (outcome === 'nothing-to-do') return `nothing to do: ${names} is not silenced`;
  return outcome === 'ended'
    ? `${paint('green', 'ended')}: ${names} may page again`
    : `${paint('yellow', 'silenced')} until ${until}: ${names}`;
}
