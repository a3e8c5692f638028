/** As on a machine that is busy with others: nothing else of this process runs for so many milliseconds. */
export function heldUp(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}
