import { runService } from '../sdk/run.ts';
import { weatherManagerParts } from './parts.ts';

runService({ main: import.meta.url, ...weatherManagerParts });
