import type { VerifyDocument } from '../../lib/verify/document.ts';
import { type VerifyViewOptions, verifyText } from '../verify-view.ts';
import { github } from './github.ts';
import { junit } from './junit.ts';
import { nagiosLine } from './nagios.ts';
import { prometheus } from './prometheus.ts';

/** `json` is the document itself. */
export const FORMATS = ['text', 'json', 'junit', 'github', 'prometheus', 'nagios'] as const;
export type Format = (typeof FORMATS)[number];

export interface FormatOptions extends VerifyViewOptions {
  /** Degraded is a failure too. */
  strict: boolean;
}

export function formatted(
  document: VerifyDocument,
  format: Exclude<Format, 'json'>,
  options: FormatOptions,
): string {
  switch (format) {
    case 'junit':
      return junit(document, options.strict);
    case 'github':
      return github(document);
    case 'prometheus':
      return prometheus(document);
    case 'nagios':
      return nagiosLine(document, options.strict);
    case 'text':
      return verifyText(document, options);
  }
}
