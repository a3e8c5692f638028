/**
 * Memory (MiB) that Fargate offers for each cpu size, Linux:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
 */
export const FARGATE_MEMORY: Record<number, (memory: number) => boolean> = {
  256: (memory) => [512, 1024, 2048].includes(memory),
  512: steps(1024, 4096, 1024),
  1024: steps(2048, 8192, 1024),
  2048: steps(4096, 16_384, 1024),
  4096: steps(8192, 30_720, 1024),
  8192: steps(16_384, 61_440, 4096),
  16384: steps(32_768, 122_880, 8192),
};

function steps(from: number, to: number, step: number): (memory: number) => boolean {
  return (memory) => memory >= from && memory <= to && (memory - from) % step === 0;
}
