import { FARGATE_MEMORY } from '../../lib/fleet/fargate.ts';

export function isFargateSize(cpu: number, memory: number): boolean {
  return FARGATE_MEMORY[cpu]?.(memory) ?? false;
}

/** `256` or `.25 vCPU` as cpu units, `512` or `0.5 GB` as MiB; NaN for anything else. */
export function unitsOf(text: string | undefined, unit: 'vcpu' | 'gb'): number {
  const match = /^\s*(\d*\.?\d+)\s*([a-z]*)\s*$/i.exec(text ?? '');
  if (!match) return Number.NaN;
  if (match[2] === '') return Number(match[1]);
  return match[2]?.toLowerCase() === unit ? Number(match[1]) * 1024 : Number.NaN;
}
