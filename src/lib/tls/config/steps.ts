import type { PlannedNode } from './plan-config.ts';
import type { PermissionReport } from './prove-permissions.ts';

/** What is told while configurations are brought; nothing secret is in any of it. */
export type ConfigStep =
  | { type: 'planned'; plan: PlannedNode[] }
  | { type: 'locked' }
  /** The file is in place, and the server has not been told. */
  | { type: 'configured'; node: string }
  /** It was told to read it; or to let its clients go, and end. */
  | { type: 'reloading' | 'draining' | 'starting'; node: string }
  | { type: 'waiting' | 'proved' | 'went-back'; node: string; detail: string }
  /** Permissions, of so many users. */
  | { type: 'trying'; users: number }
  | ({ type: 'permissions' } & PermissionReport);
