import * as Args from '@oclif/core/args';

/** `[SERVICE…]`, by folder or ECS service. */
export const serviceArgs = {
  service: Args.string({ description: 'services; all of them by default', multiple: true }),
};
