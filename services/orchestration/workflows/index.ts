import type { Workflow } from '../workflow.ts';
import { newPlayer } from './new-player.ts';
import { newQuest } from './new-quest.ts';
import { storm } from './storm.ts';

export const WORKFLOWS: Workflow[] = [newPlayer, newQuest, storm];
