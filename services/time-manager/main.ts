import { runService } from '../sdk/run.ts';
import { timeManagerParts } from './parts.ts';

runService({ main: import.meta.url, ...timeManagerParts });
