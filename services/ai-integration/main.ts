import { runService } from '../sdk/run.ts';
import { aiIntegrationParts } from './parts.ts';

runService({ main: import.meta.url, ...aiIntegrationParts });
