import { Code, ServiceError } from '../../sdk/errors.ts';
import { Outage } from '../outage.ts';
import type { Completion, Ending, Piece, Wanted } from '../provider.ts';
import { countPrompt, countTokens } from '../text.ts';

/** Characters of a text; NATS carries a few times as many in one message. */
const MOST_TEXT = 256 * 1024;

/** What we look at of the API's answers. */
interface Answer {
  choices?: {
    message?: { content?: string | null };
    delta?: { content?: string | null };
    finish_reason?: string | null;
  }[];
  usage?: { prompt_tokens?: number; completion_tokens?: number } | null;
  error?: { message?: string };
}

export function completionFrom(provider: string, json: string, wanted: Wanted): Completion {
  const { choices, usage } = parse(provider, json);
  const [choice] = choices ?? [];
  if (typeof choice?.message?.content !== 'string') throw new Outage(provider, 'answered without a text');
  const text = choice.message.content;
  if (text.length > MOST_TEXT) throw tooLong(provider);
  return { text, ...endingFrom(choice.finish_reason, usage, wanted, text) };
}

export async function* piecesFrom(
  provider: string,
  events: AsyncIterable<string>,
  wanted: Wanted,
): AsyncGenerator<Piece> {
  let text = '';
  let finishReason: string | undefined;
  let usage: Answer['usage'];
  for await (const data of events) {
    if (data === '[DONE]') {
      finishReason ??= 'stop';
      break;
    }
    const answer = parse(provider, data);
    if (answer.error) throw new Outage(provider, 'broke off with an error', { cause: answer.error.message });
    const [choice] = answer.choices ?? [];
    const delta = choice?.delta?.content ?? '';
    text += delta;
    if (text.length > MOST_TEXT) throw tooLong(provider);
    if (delta !== '') yield { text: delta };
    // Some servers leave out the end mark, and usage comes after the reason.
    finishReason = choice?.finish_reason ?? finishReason;
    usage = answer.usage ?? usage;
  }
  if (finishReason === undefined) throw new Outage(provider, 'broke off in the middle of a text');
  yield { ended: endingFrom(finishReason, usage, wanted, text) };
}

/** What the provider counts is what it is paid for; one that counts nothing is counted by our own measure. */
function endingFrom(
  reason: string | null | undefined,
  usage: Answer['usage'],
  wanted: Wanted,
  text: string,
): Ending {
  return {
    finishReason: /^[a-z_]{1,32}$/.test(reason ?? '') ? (reason as string) : 'stop',
    promptTokens: countFrom(usage?.prompt_tokens) ?? countPrompt(wanted),
    completionTokens: countFrom(usage?.completion_tokens) ?? countTokens(text),
  };
}

function countFrom(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 31
    ? (value as number)
    : undefined;
}

function parse(provider: string, json: string): Answer {
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed === 'object' && parsed !== null) return parsed as Answer;
  } catch {
    // Told below.
  }
  throw new Outage(provider, 'answered something else than its API');
}

function tooLong(provider: string): ServiceError {
  return new ServiceError(
    Code.RESOURCE_EXHAUSTED,
    `The provider ${provider} makes a text of more than ${MOST_TEXT} characters; ask for fewer tokens.`,
  );
}
