import { runService } from '../sdk/run.ts';
import { performanceModeParts } from './parts.ts';

runService({ main: import.meta.url, ...performanceModeParts });
