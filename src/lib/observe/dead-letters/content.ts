import type { Contracts } from '../../fleet/contracts.ts';

export interface Content {
  /** Where it is an event: as the contract says. */
  event?: Record<string, unknown>;
  /** Base64, whatever it is. */
  data: string;
}

const EVENT = 'event_bus.v1.GameEvent';

/** What is in a letter, for people. Bytes that are not an event may still look like one, without a type. */
export function contentOf(data: Uint8Array, contracts: Contracts): Content {
  const content = { data: Buffer.from(data).toString('base64') };
  if (!contracts.has(EVENT)) return content;
  try {
    const event = contracts.decode(EVENT, data);
    return event.eventType ? { event, ...content } : content;
  } catch {
    return content;
  }
}
