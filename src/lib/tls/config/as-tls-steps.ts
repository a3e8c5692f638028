import type { TlsStep } from '../steps.ts';
import type { ConfigStep } from './steps.ts';

/** A configuration's step in the words of certificates; what those have no word for is none. @param what was put in place */
export function asTlsSteps(step: ConfigStep, what: string): TlsStep[] {
  switch (step.type) {
    case 'configured':
      return [{ type: 'installed', holder: step.node, detail: what }];
    case 'proved':
    case 'went-back':
    case 'waiting':
      return [{ type: step.type, holder: step.node, detail: step.detail }];
    default:
      return [];
  }
}
