import type { LogLine } from './log-line.ts';

/** Milliseconds: a trace is written at once, its lines are events of their own. */
const AT_ONCE = 1000;
/** Lines of one trace; whoever indents for ever is no trace. */
const MOST = 200;

/**
 * Puts the lines of a stack trace together with the line that they belong to, so that other tasks' lines do not come
 * between. Only of lines that are not structured: those carry their trace inside. Pure.
 * @param lines in order; lines of one task in the order in which it wrote them
 */
export function keepTraces(lines: LogLine[]): LogLine[] {
  const kept: LogLine[] = [];
  /** By task, where in `kept` its last line is. */
  const last = new Map<string, { at: number; time: number; size: number }>();
  for (const line of lines) {
    const key = `${line.ecsService}/${line.task}`;
    const before = last.get(key);
    const head = before === undefined ? undefined : kept[before.at];
    const time = Date.parse(line.at);
    if (before && head && goesOn(head, line) && time - before.time <= AT_ONCE && before.size < MOST) {
      kept[before.at] = {
        ...head,
        message: `${head.message}\n${line.message}`,
        raw: `${head.raw}\n${line.raw}`,
      };
      last.set(key, { at: before.at, time, size: before.size + 1 });
    } else {
      last.set(key, { at: kept.length, time, size: 1 });
      kept.push(line);
    }
  }
  return kept;
}

/** Whether a line goes on with another: Node's and Java's traces, and whatever is indented. */
export function isContinuation({ level, message }: Pick<LogLine, 'level' | 'message'>): boolean {
  return level === undefined && /^(\s+\S|Caused by:|\}$|\]$)/.test(message);
}

function goesOn(head: LogLine, line: LogLine): boolean {
  return head.level === undefined && isContinuation(line);
}
