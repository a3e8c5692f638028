import { GsysError, messageOf } from '../../errors.ts';
import { checkEnvironment } from '../../fleet/complete.ts';
import { checkContracts } from '../../fleet/contracts.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { definitionHash } from '../../release/definition-hash.ts';
import type { Collector } from '../collector.ts';

/** The definition on this machine, of which nobody else is asked. */
export interface DefinitionEvidence {
  /** What `gsys config check` would refuse it for. */
  mistakes: string[];
  /** By service, of what the definition wants of it; one whose template cannot be filled in has none. */
  hashes: Record<string, string>;
}

export const definitionCheck: Collector<'definition-check'> = {
  id: 'definition-check',
  budget: 15_000,
  async collect({ fleet }) {
    const checks = [() => checkEnvironment(fleet), () => checkContracts(fleet)];
    return { mistakes: checks.flatMap(mistakesOf), hashes: Object.fromEntries(hashesOf(fleet)) };
  },
};

function mistakesOf(check: () => void): string[] {
  try {
    check();
    return [];
  } catch (error) {
    const details = error instanceof GsysError ? error.details : [];
    return details.length > 0 ? details : [messageOf(error)];
  }
}

function hashesOf(fleet: Fleet): [string, string][] {
  return fleet.services.flatMap((service): [string, string][] => {
    try {
      return [[service.name, definitionHash(fleet, service)]];
    } catch {
      return [];
    }
  });
}
