import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Who should be there, as the fleet's definition says; the image build writes it into fleet.json. */
export interface DefinedService {
  name: string;
  /** At least one task is wanted. */
  expected: boolean;
  endpoints: { name: string; subject: string }[];
}

export function readInventory(folder: string): DefinedService[] {
  return JSON.parse(readFileSync(path.join(folder, 'fleet.json'), 'utf8')) as DefinedService[];
}
