import { runService } from '../sdk/run.ts';
import { knowledgeBaseParts } from './parts.ts';

runService({ main: import.meta.url, ...knowledgeBaseParts });
