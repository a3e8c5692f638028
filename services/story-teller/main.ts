import { runService } from '../sdk/run.ts';
import { storyTellerParts } from './parts.ts';

runService({ main: import.meta.url, ...storyTellerParts });
