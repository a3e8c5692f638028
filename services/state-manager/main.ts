import { runService } from '../sdk/run.ts';
import { stateManagerParts } from './parts.ts';

runService({ main: import.meta.url, ...stateManagerParts });
