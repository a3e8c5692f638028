import { expect } from 'vitest';
import type { Story } from './row.ts';

export const sts: Story = {
  service: 'sts',
  rows: [
    {
      call: 'GetCallerIdentity',
      kind: 'shape',
      what: 'account and caller',
      holds: {
        Account: '000000000000',
        UserId: expect.any(String),
        Arn: expect.stringMatching(/^arn:aws:iam::/),
      },
    },
    {
      call: 'GetCallerIdentity',
      kind: 'error',
      what: 'without a signature',
      unsigned: true,
      error: 'MissingAuthenticationToken',
    },
    {
      call: 'AssumeRole',
      kind: 'error',
      what: 'an operation that the platform lacks',
      input: { RoleArn: 'arn:aws:iam::000000000000:role/x', RoleSessionName: 'x' },
      error: 'InvalidAction',
    },
  ],
};
