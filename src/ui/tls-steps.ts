import type { DeployEvent } from '../lib/release/events.ts';
import type { TlsStep } from '../lib/tls/steps.ts';
import { plain } from './paint.ts';
import type { Progress } from './progress.ts';

/** What a person is told while certificates are on their way. */
export function showTlsStep(step: TlsStep, progress: Progress): void {
  if (step.type === 'locked') progress.step('working');
  else if (step.type === 'issued') progress.step(`${plain(step.holder)}: issued ${step.serial}`);
  else if (step.type === 'proved') progress.done(`${plain(step.holder)}: ${plain(step.detail)}`);
  else if (step.type === 'went-back') progress.note(`${plain(step.holder)} goes back: ${plain(step.detail)}`);
  else if (step.type === 'phase') progress.done(`${step.rotation} is ${step.phase}`);
  else if (step.type === 'rung') progress.done(`all nodes are ${step.rung}: ${step.detail}`);
  else if (step.type === 'release') showRestart(step.event, progress);
  else progress.step([`${plain(step.holder)}: ${step.type}`, plain(step.detail)].filter(Boolean).join(', '));
}

/** New tasks are a release like any other; here its waves are what a person waits for. */
function showRestart(event: DeployEvent, progress: Progress): void {
  if (event.type === 'wave-started') {
    const names = event.services.map(plain).join(', ');
    progress.step(`new tasks, wave ${event.wave} of ${event.of}: ${names}`);
  } else if (event.type === 'gate-waiting') progress.step(`new tasks, ${event.gate}: ${plain(event.detail)}`);
  else if (event.type === 'gate-failed') progress.note(`${event.gate} failed: ${plain(event.detail)}`);
  else if (event.type === 'rolled-back')
    progress.note(
      `${plain(event.service)} runs ${plain(event.to ?? 'nothing')} again: ${plain(event.reason)}`,
    );
}
