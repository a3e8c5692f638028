import { recogniseFault } from '../connection-fault.ts';
import { GsysError } from '../errors.ts';
import { ProbeFault, type ProbeKind } from './layer.ts';

/** The kind of failure behind whatever a layer threw, and its sentence. Pure. */
export function kindOf(thrown: unknown): { kind: ProbeKind; why: string } {
  if (thrown instanceof ProbeFault) return { kind: thrown.kind, why: thrown.message };
  // What we could not find out about ourselves says nothing of the server.
  if (thrown instanceof GsysError) return { kind: 'undetermined', why: thrown.message };
  const { kind, message } = recogniseFault(thrown);
  return { kind, why: message };
}
