import { runService } from '../sdk/run.ts';
import { paymentParts } from './parts.ts';

runService({ main: import.meta.url, ...paymentParts });
