import { runService } from '../sdk/run.ts';
import { environmentalNarrativeParts } from './parts.ts';

runService({ main: import.meta.url, ...environmentalNarrativeParts });
