import { defineCheck } from '../check.ts';

export const account = defineCheck({
  id: 'ecs.account',
  title: 'account',
  layer: 'ecs',
  uses: ['account'],
  dependsOn: [],
  explain:
    'Whoever asks is in the account that the environment names. In any other account verify ends at once, because what is read there says nothing about this fleet.',
  subjects: (fleet) => [{ kind: 'fleet', name: fleet.name }],
  judge: ({ account: { account: observed, arn } }, { name, environment }) => [
    {
      subject: { kind: 'fleet', name },
      status: observed === environment.account ? 'pass' : 'fail',
      message: `asked as ${arn}`,
      expected: environment.account,
      observed,
    },
  ],
});
