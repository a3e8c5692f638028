import type { TlsStep } from '../lib/tls/steps.ts';
import { plain } from './paint.ts';
import type { Progress } from './progress.ts';

/** What a person is told while certificates are on their way. */
export function showTlsStep(step: TlsStep, progress: Progress): void {
  if (step.type === 'locked') progress.step('working');
  else if (step.type === 'issued') progress.step(`${plain(step.holder)}: issued ${step.serial}`);
  else if (step.type === 'proved') progress.done(`${plain(step.holder)}: ${plain(step.detail)}`);
  else if (step.type === 'went-back') progress.note(`${plain(step.holder)} goes back: ${plain(step.detail)}`);
  else if (step.type !== 'release')
    progress.step([`${plain(step.holder)}: ${step.type}`, plain(step.detail)].filter(Boolean).join(', '));
}
