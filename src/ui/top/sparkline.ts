const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/**
 * The last points as bars, from nothing to the greatest of them; a gap where nothing was known. Pure.
 * @param width in columns
 */
export function sparkline(points: (number | undefined)[], width: number): string {
  const shown = points.slice(-width);
  const most = Math.max(0, ...shown.map((point) => point ?? 0));
  const bar = (point: number | undefined) => {
    if (point === undefined) return ' ';
    if (point <= 0 || most === 0) return BARS[0];
    return BARS[Math.max(1, Math.ceil((point / most) * BARS.length) - 1)];
  };
  return shown.map(bar).join('').padStart(width);
}
