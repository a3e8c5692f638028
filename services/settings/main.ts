import { runService } from '../sdk/run.ts';
import { settingsParts } from './parts.ts';

runService({ main: import.meta.url, ...settingsParts });
