/**
 * The task sizes that Fargate has: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 * cpu units to MiB, from, to, in steps of.
 */
const SIZES: Record<number, { from: number; to: number; step: number }> = {
  256: { from: 512, to: 2048, step: 512 },
  512: { from: 1024, to: 4096, step: 1024 },
  1024: { from: 2048, to: 8192, step: 1024 },
  2048: { from: 4096, to: 16_384, step: 1024 },
  4096: { from: 8192, to: 30_720, step: 1024 },
  8192: { from: 16_384, to: 61_440, step: 4096 },
  16384: { from: 32_768, to: 122_880, step: 8192 },
};

export function isFargateSize(cpu: number, memory: number): boolean {
  const size = SIZES[cpu];
  if (!size) return false;
  // 256 units come with 0.5, 1 and 2 GB only.
  if (cpu === 256 && memory === 1536) return false;
  return memory >= size.from && memory <= size.to && (memory - size.from) % size.step === 0;
}

/** `256` or `.25 vCPU` as cpu units, `512` or `0.5 GB` as MiB; NaN for anything else. */
export function unitsOf(text: string | undefined, unit: 'vcpu' | 'gb'): number {
  const match = /^\s*(\d*\.?\d+)\s*([a-z]*)\s*$/i.exec(text ?? '');
  if (!match) return Number.NaN;
  if (match[2] === '') return Number(match[1]);
  return match[2]?.toLowerCase() === unit ? Number(match[1]) * 1024 : Number.NaN;
}
