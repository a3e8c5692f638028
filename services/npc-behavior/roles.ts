export type Role = 'guard' | 'healer' | 'hunter' | 'merchant' | 'villager';

export interface RoleRule {
  /** Where nothing else is said. */
  courage: number;
  /** Hours at work, from and until; a guard is always on duty. */
  works: [number, number];
  /** Looks after hurt allies. */
  rescues: boolean;
}

export const ROLES: Record<Role, RoleRule> = {
  guard: { courage: 0.9, works: [0, 24], rescues: true },
  healer: { courage: 0.4, works: [7, 20], rescues: true },
  hunter: { courage: 0.7, works: [5, 12], rescues: false },
  merchant: { courage: 0.3, works: [8, 19], rescues: false },
  villager: { courage: 0.3, works: [7, 18], rescues: false },
};
