import { messageOf } from '../../errors.ts';
import type { Service } from '../../fleet/fleet.ts';
import { followLogs } from '../follow/follow.ts';
import type { LogLine } from '../log-line.ts';
import { answerFrom } from './answer-from.ts';
import type { TopSources } from './sources.ts';
import type { News } from './watched.ts';

/** Milliseconds of log that are read before what is written now. */
const HISTORY = 5 * 60_000;
/** Lines of it; characters of a line that anybody could look at. */
const LINES = 200;
const WIDEST = 2000;

/** What is looked at of one service alone: its tasks, the stopped ones too, and its log. */
export function watchService(service: Service, sources: TopSources, until: AbortSignal) {
  const { name, ecsService } = service;
  return {
    tasks: async (): Promise<News> => {
      const [running, stopped] = [{ ecsService }, { ecsService, status: 'STOPPED' as const }];
      const found = Promise.all([sources.ecs.tasks(running), sources.ecs.tasks(stopped)]);
      return { of: 'focus-tasks', service: name, answer: await answerFrom(found.then((all) => all.flat())) };
    },
    async follow(tell: (news: News) => void): Promise<void> {
      const start = sources.follow(until).now() - HISTORY;
      try {
        const query = { services: [service], start, limit: LINES };
        for await (const event of followLogs(query, sources.follow, until)) {
          if (event.type === 'lines')
            tell({ of: 'focus-log', service: name, lines: event.lines.map(narrow) });
          else tell({ of: 'focus-trouble', service: name, why: event.text });
        }
      } catch (error) {
        if (!until.aborted) tell({ of: 'focus-trouble', service: name, why: messageOf(error) });
      }
    },
  };
}

/** A line may be a megabyte, and hundreds are kept. */
function narrow(line: LogLine): LogLine {
  return { ...line, message: line.message.slice(0, WIDEST), raw: '' };
}
