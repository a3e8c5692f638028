import type { SourcedDefinition as Definition } from './definition.ts';
import { ecrOwner, parseImageReference } from './image-reference.ts';
import type { Problem } from './yaml-source.ts';

/** A registry joins layers of its own images alone, so a base has to lie where the services' images go. */
export function images({ document, source }: Definition): Problem[] {
  return Object.entries(document.environments).flatMap(([name, environment]) => {
    if (environment.image === undefined || environment.platform === 'embedded') return [];
    const owner = ecrOwner(parseImageReference(environment.image.base)?.registry ?? '');
    const region = environment.region ?? document.aws.region;
    if (owner === undefined || (owner.account === environment.account && owner.region === region)) return [];
    return [
      source.problem(
        ['environments', name, 'image', 'base'],
        `is in ${owner.account} ${owner.region}, the environment in ${environment.account} ${region}: copy the base there`,
      ),
    ];
  });
}
