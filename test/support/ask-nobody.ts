import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** For a fleet of simulated tasks, which answer nobody on NATS: ECS's word alone lets its releases go on. */
export function askNobody(root: string): void {
  const file = path.join(root, 'gsys.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('release: { ', 'release: { answers: false, '));
}
