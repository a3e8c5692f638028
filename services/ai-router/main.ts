import { runService } from '../sdk/run.ts';
import { aiRouterParts } from './parts.ts';

runService({ main: import.meta.url, ...aiRouterParts });
