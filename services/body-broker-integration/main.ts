import { runService } from '../sdk/run.ts';
import { bodyBrokerParts } from './parts.ts';

runService({ main: import.meta.url, ...bodyBrokerParts });
