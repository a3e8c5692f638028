import { runService } from '../sdk/run.ts';
import { gatewayParts } from './parts.ts';

await runService({ main: import.meta.url, ...gatewayParts });
