import type { VerifyDocument } from '../lib/verify/document.ts';
import { changesText } from './verify-changes.ts';
import { type VerifyViewOptions, verdictLine, verifyText } from './verify-view.ts';

/** The whole of the first look; of later ones what has changed, and the verdict with the time. */
export function watchText(document: VerifyDocument, options: VerifyViewOptions): string {
  const { changes, findings, startedAt } = document;
  if (changes === undefined) return `${verifyText(document, options)}\n`;
  const at = options.paint('bold', `${startedAt.slice(11, 19)} UTC`);
  return `${at}\n${changesText(findings, changes, options)}\n\n${verdictLine(document, options.paint)}\n`;
}
