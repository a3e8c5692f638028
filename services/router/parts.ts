import { createCalls } from '../sdk/call.ts';
import { events } from '../sdk/events.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { completions } from './completions.ts';
import { routerEndpoints } from './handlers.ts';
import { readInventory } from './inventory.ts';
import { type Watch, watch } from './watch.ts';

/** Of one task: what answers requests and what looks at the fleet share what was seen. */
export function routerParts(now: () => number = () => Date.now()): ServiceParts {
  let seen: Watch | undefined;
  let told: ReturnType<typeof completions> | undefined;
  return {
    endpoints: ({ link, definition, folder, log }) => {
      seen = watch(link, now);
      told = completions(events(link));
      const inventory = readInventory(folder);
      return routerEndpoints({
        ...{ watch: seen, inventory },
        calls: createCalls(link, log),
        allowed: definition.calls ?? [],
        completed: told.tell,
      });
    },
    work: ({ log }) => {
      const stop = seen?.work(log);
      return async () => {
        await stop?.();
        await told?.all();
      };
    },
  };
}
