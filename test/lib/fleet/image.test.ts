import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { checkEnvironment } from '../../../src/lib/fleet/complete.ts';
import { ecrOwner, parseImageReference } from '../../../src/lib/fleet/image-reference.ts';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import { type DefinitionFolder, definitionFolder } from '../../support/definition.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const ECR = '123456789012.dkr.ecr.us-east-1.amazonaws.com';

let folder: DefinitionFolder;
beforeEach(() => {
  folder = definitionFolder();
});
afterEach(() => folder.remove());

/** The repository's own definition, with such a base under the services of production. */
async function withImage(image: object | undefined) {
  const file = path.join(folder.root, 'gsys.yaml');
  const text = readFileSync(file, 'utf8').replace(/^ {2}# (?= |production)/gm, '  ');
  const document = parse(text);
  const { image: _, ...production } = document.environments.production;
  document.environments.production = { ...production, ...(image && { image }) };
  folder.write('gsys.yaml', stringify(document));
  return await loadFleet({ from: folder.root, environment: 'production' });
}

describe('the base of images', () => {
  it('is taken apart, and is for amd64 unless it says otherwise', async () => {
    const base = `${ECR}/base/node@${DIGEST}`;
    const { environment } = await withImage({ base });
    expect(environment.image).toEqual({
      ...{ base, registry: ECR, repository: 'base/node', digest: DIGEST },
      ...{ node: undefined, architecture: 'amd64' },
    });
  });

  it.each([
    ['a tag', { base: `${ECR}/base/node:22` }, /image\.base: expected <repositoryUri>@sha256:/],
    ['no registry', { base: `node@${DIGEST}` }, /image\.base: expected <repositoryUri>@sha256:/],
    ['half a digest', { base: `${ECR}/node@sha256:0123` }, /image\.base: expected <repositoryUri>@sha256:/],
    [
      'too old a Node',
      { base: `${ECR}/n@${DIGEST}`, node: 18 },
      /image\.node: services need Node 20 or newer/,
    ],
    ['an architecture of nobody', { base: `${ECR}/n@${DIGEST}`, architecture: 'x' }, /image\.architecture: /],
    [
      'another account',
      { base: `${ECR.replace('1234', '9999')}/node@${DIGEST}` },
      /image\.base: is in 999956789012 us-east-1, the environment in 123456789012 us-east-1: copy the base there/,
    ],
    [
      'another region',
      { base: `${ECR.replace('us-east-1', 'eu-west-1')}/n@${DIGEST}` },
      /is in 123456789012 eu-west-1/,
    ],
  ])('with %s is refused, with file and line', async (_, image, mistake) => {
    await expect(withImage(image)).rejects.toMatchObject({
      code: 'INVALID_DEFINITION',
      exitCode: 2,
      details: [expect.stringMatching(mistake)],
    });
  });

  it('is missed where nothing else could stand under images', async () => {
    const fleet = await withImage(undefined);
    expect(() => checkEnvironment(fleet)).toThrow(
      expect.objectContaining({
        details: expect.arrayContaining([
          expect.stringMatching(/^environments\.production\.image\.base: missing/),
        ]),
      }),
    );
  });
});

it('a registry with a port is one too, and nobody of ECR', () => {
  const reference = parseImageReference(`127.0.0.1:4566/base/node@${DIGEST}`);
  expect(reference).toEqual({ registry: '127.0.0.1:4566', repository: 'base/node', digest: DIGEST });
  expect(ecrOwner('127.0.0.1:4566')).toBeUndefined();
  expect(ecrOwner('123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn')?.region).toBe('cn-north-1');
});
