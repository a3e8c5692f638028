import { runService } from '../sdk/run.ts';
import { modelManagementParts } from './parts.ts';

runService({ main: import.meta.url, ...modelManagementParts });
