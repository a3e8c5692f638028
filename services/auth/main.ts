import { runService } from '../sdk/run.ts';
import { authParts } from './parts.ts';

runService({ main: import.meta.url, ...authParts });
