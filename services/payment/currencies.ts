/** What players can pay with, and how much of it each begins with. */
export const CURRENCIES: Record<string, { opening: number }> = {
  gold: { opening: 1000 },
  gems: { opening: 50 },
  credits: { opening: 0 },
};
