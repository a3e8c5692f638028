import { hostname, userInfo } from 'node:os';
import { environment } from './environment.ts';

/** Who does something, for whoever finds it done: `ann@laptop`. A task acts for the person who typed. */
export function whoAmI(): string {
  return environment().who ?? `${userInfo().username}@${hostname()}`;
}
