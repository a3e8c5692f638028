import { runService } from '../sdk/run.ts';
import { eventBusParts } from './parts.ts';

runService({ main: import.meta.url, ...eventBusParts });
