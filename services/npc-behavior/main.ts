import { runService } from '../sdk/run.ts';
import { npcBehaviorParts } from './parts.ts';

runService({ main: import.meta.url, ...npcBehaviorParts });
