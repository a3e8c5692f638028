import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Fleet } from '../../../src/lib/fleet/fleet.ts';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import { renderRunner } from '../../../src/lib/in-vpc/runner-definition.ts';
import { taskDefinitionMistake } from '../../../src/local/ecs/check-task-definition.ts';
import { type DefinitionFolder, definitionFolder } from '../../support/definition.ts';

let folder: DefinitionFolder;
let fleet: Fleet;
beforeEach(async () => {
  folder = definitionFolder();
  fleet = await loadFleet({ from: folder.root });
});
afterEach(() => folder.remove());

const resolved = { image: 'repository@sha256:00', operatorSecretArn: 'arn:one', systemSecretArn: 'arn:two' };

it('is one that ECS takes, with a role of its own and no secret in it but by name', () => {
  const rendered = renderRunner(fleet, resolved);
  expect(taskDefinitionMistake(rendered)).toBeUndefined();
  expect(rendered).toMatchObject({
    family: 'gsys-runner-gaming-system-local',
    taskRoleArn: expect.stringMatching(/-runner$/),
    containerDefinitions: [
      {
        image: resolved.image,
        // A log that drops lines would lose what the command said.
        logConfiguration: { options: { 'awslogs-group': '/gsys/gaming-system/runner', mode: 'blocking' } },
      },
    ],
  });
});

it('needs a role of its own', () => {
  const { runner: _, ...roles } = fleet.environment.roles;
  const without = { ...fleet, environment: { ...fleet.environment, roles } };
  expect(() => renderRunner(without, resolved)).toThrow(
    expect.objectContaining({
      exitCode: 2,
      next: expect.stringContaining('environments.local.roles.runner'),
    }),
  );
});

it('a variable that nothing fills is a mistake with its line', () => {
  const template = path.join(folder.root, 'templates/task-defs/gsys-runner.json');
  writeFileSync(template, '{\n  "family": "$'.concat('{famly}"\n}\n'));
  expect(() => renderRunner(fleet, resolved)).toThrow(
    expect.objectContaining({ exitCode: 2, details: [expect.stringContaining('gsys-runner.json:2')] }),
  );
});
