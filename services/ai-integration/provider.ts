import type { JsonObject } from '@bufbuild/protobuf';
import type { Role } from '../gen/ai_integration_pb.js';

/** What is to be made, whoever wants it. Plain data: two that are equal ask for the same. */
export interface Wanted {
  /** At least one. */
  messages: Message[];
  context: JsonObject;
  params: Params;
}

export interface Message {
  role: Exclude<Role, Role.UNSPECIFIED>;
  content: string;
}

/** As GenerationParameters; what is absent is the model's to choose. */
export interface Params {
  temperature?: number;
  topP?: number;
  maxTokens?: number;
  topK?: number;
  presencePenalty?: number;
  frequencyPenalty?: number;
  stop: string[];
  seed?: number;
}

export type Ending = {
  finishReason: string;
  promptTokens: number;
  completionTokens: number;
};

export type Completion = Ending & { text: string };

/** A text on its way: as it comes, and at last how it ended. */
export type Piece = { text: string } | { ended: Ending };

/** Whoever makes text. Both throw ServiceErrors, or what the signal is aborted with. */
export interface Provider {
  /** Asking again makes the same text. */
  isDeterministic(wanted: Wanted): boolean;
  complete(wanted: Wanted, signal: AbortSignal): Promise<Completion>;
  stream(wanted: Wanted, signal: AbortSignal): AsyncIterable<Piece>;
}
