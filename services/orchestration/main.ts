import { runService } from '../sdk/run.ts';
import { orchestrationParts } from './parts.ts';

runService({ main: import.meta.url, ...orchestrationParts() });
