/** What a game has measured, as it lies in the bucket. */
export interface Report {
  id: string;
  /** When it came; milliseconds since the epoch. */
  atMs: number;
  frames: number;
  seconds: number;
  slowestMs: number;
  dropped: number;
  busyMs?: number;
  memoryMb?: number;
}

export interface Metrics {
  fps: number;
  /** Absent where there was no frame. */
  frameMs?: number;
  slowestMs: number;
  dropped: number;
  busyMs?: number;
  memoryMb?: number;
  frames: number;
  reports: number;
  seconds: number;
}

/** As far back as anybody may look; seconds. */
export const LONGEST_S = 600;
/** One every five seconds. */
const MOST_KEPT = 120;

/** @returns undefined when all of them were there before */
export function withReports(current: Report[], added: Report[], nowMs: number): Report[] | undefined {
  const known = new Set(current.map(({ id }) => id));
  const fresh = added.filter(({ id }) => !known.has(id));
  if (fresh.length === 0) return undefined;
  return [...since(current, LONGEST_S, nowMs), ...fresh].slice(-MOST_KEPT);
}

export function since(reports: Report[], seconds: number, nowMs: number): Report[] {
  return reports.filter(({ atMs }) => atMs > nowMs - seconds * 1_000);
}

/** @returns undefined without a report: nothing was seen */
export function metricsOf(reports: Report[]): Metrics | undefined {
  if (reports.length === 0) return undefined;
  const sum = (of: (report: Report) => number) => reports.reduce((total, one) => total + of(one), 0);
  const [frames, seconds] = [sum((one) => one.frames), sum((one) => one.seconds)];
  const busy = reports.filter((one) => one.busyMs !== undefined && one.frames > 0);
  const busyFrames = busy.reduce((total, one) => total + one.frames, 0);
  const memory = reports.flatMap(({ memoryMb }) => memoryMb ?? []);
  return {
    fps: frames / seconds,
    ...(frames > 0 && { frameMs: (seconds * 1_000) / frames }),
    slowestMs: Math.max(...reports.map(({ slowestMs }) => slowestMs)),
    dropped: sum((one) => one.dropped),
    ...(busyFrames > 0 && {
      busyMs: busy.reduce((total, one) => total + (one.busyMs ?? 0) * one.frames, 0) / busyFrames,
    }),
    ...(memory.length > 0 && { memoryMb: Math.max(...memory) }),
    frames,
    reports: reports.length,
    seconds,
  };
}
