import { runService } from '../sdk/run.ts';
import { gatewayParts } from './parts.ts';

runService({ main: import.meta.url, ...gatewayParts });
