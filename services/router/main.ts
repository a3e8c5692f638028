import { runService } from '../sdk/run.ts';
import { routerParts } from './parts.ts';

runService({ main: import.meta.url, ...routerParts() });
