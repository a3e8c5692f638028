import { runService } from '../sdk/run.ts';
import { languageSystemParts } from './parts.ts';

runService({ main: import.meta.url, ...languageSystemParts });
