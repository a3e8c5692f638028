import { runService } from '../sdk/run.ts';
import { worldStateParts } from './parts.ts';

runService({ main: import.meta.url, ...worldStateParts });
