import * as Args from '@oclif/core/args';

/** `[HOLDER…]`: nodes, services and gsys's own identities. */
export const holderArgs = {
  holder: Args.string({
    description: 'nodes, services, gsys-operator, gsys-system; all of them by default',
    multiple: true,
  }),
};
