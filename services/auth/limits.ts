/** How many in which time. */
export interface Limit {
  limit: number;
  windowMs: number;
}

const MINUTE = 60_000;
const EVERYTHING_ELSE: Limit = { limit: 120, windowMs: MINUTE };

/** By resource and action, or by resource alone. */
const LIMITS: Record<string, Limit> = {
  // Costs money.
  'ai.llm': { limit: 20, windowMs: MINUTE },
  // Guessing is slow.
  'auth.create_session': { limit: 10, windowMs: MINUTE },
  payment: { limit: 30, windowMs: MINUTE },
};

export function limitOf(resource: string, action: string): Limit {
  return LIMITS[`${resource}.${action}`] ?? LIMITS[resource] ?? EVERYTHING_ELSE;
}
