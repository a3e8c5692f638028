import type { JsonObject } from '@bufbuild/protobuf';
import type { ParameterRule } from './parameters.ts';

/** Services asked one after another. Adding one is adding a file under workflows/, and a line to its index. */
export interface Workflow {
  id: string;
  purpose: string;
  /** Players may begin it too, because all that it changes is its player's own: its steps are asked in that name. */
  players?: true;
  parameters: Record<string, ParameterRule>;
  /** Until it is given up, where the caller does not say. */
  timeoutSeconds: number;
  steps: StepDefinition[];
}

export interface StepDefinition extends StepRequest {
  id: string;
  /** Who serves it, for people. */
  service: string;
  /**
   * What takes it back. Asked when the step was done, and when nobody could say whether it was: so it must be right in
   * both cases, or name something of the step's result, without which it is not asked.
   */
  undo?: StepRequest;
}

/**
 * A request in proto3 JSON. `{{parameters.player_id}}`, `{{steps.quest.quest.questId}}` and `{{execution.id}}` stand for
 * values; a text that is nothing else becomes the value itself, whatever its type.
 *
 * It may be asked several times under one idempotency key (a reply was lost, a task has died), so it must be one that
 * keeps the promise that such requests are one request.
 */
export interface StepRequest {
  subject: string;
  request: JsonObject;
}
