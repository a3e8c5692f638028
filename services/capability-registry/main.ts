import { runService } from '../sdk/run.ts';
import { capabilityRegistryParts } from './parts.ts';

runService({ main: import.meta.url, ...capabilityRegistryParts });
