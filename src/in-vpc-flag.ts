import * as Flags from '@oclif/core/flags';

/** Of a command that may run inside the VPC: this is all that it takes. */
export const inVpcFlag = {
  'in-vpc': Flags.boolean({
    description: 'run it inside the VPC, as a task of gsys’s own image',
    helpGroup: 'GLOBAL',
  }),
};
