import { runService } from '../sdk/run.ts';
import { questSystemParts } from './parts.ts';

runService({ main: import.meta.url, ...questSystemParts });
