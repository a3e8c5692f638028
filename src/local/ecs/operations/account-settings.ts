import type {
  ListAccountSettingsRequest,
  ListAccountSettingsResponse,
  PutAccountSettingDefaultRequest,
  PutAccountSettingDefaultResponse,
  PutAccountSettingRequest,
  PutAccountSettingResponse,
  Setting,
  SettingName,
} from '@aws-sdk/client-ecs';
import { invalidParameter } from '../errors.ts';
import type { World } from '../world.ts';
import { pageOf } from './pages.ts';

/** Their values, the usual one first. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutAccountSetting.html */
const VALUES: Record<string, readonly string[]> = {
  awsvpcTrunking: ['disabled', 'enabled'],
  containerInsights: ['disabled', 'enabled', 'enhanced'],
  containerInstanceLongArnFormat: ['enabled', 'disabled'],
  defaultLogDriverMode: ['non-blocking', 'blocking'],
  dualStackIPv6: ['disabled', 'enabled'],
  fargateFIPSMode: ['disabled', 'enabled'],
  fargateTaskRetirementWaitPeriod: ['7', '0', '14'],
  serviceLongArnFormat: ['enabled', 'disabled'],
  tagResourceAuthorization: ['on', 'off'],
  taskLongArnFormat: ['enabled', 'disabled'],
};
const READ_ONLY = 'guardDutyActivate';

export function accountSettingOperations(world: World) {
  const root = rootOf(world);
  const put = async (setting: Setting): Promise<Setting> => {
    await world.accountSettings.put(`${setting.principalArn} ${setting.name}`, setting);
    return setting;
  };
  return {
    async PutAccountSetting(input: PutAccountSettingRequest): Promise<PutAccountSettingResponse> {
      return { setting: await put(checked(input, input.principalArn ?? root)) };
    },

    async PutAccountSettingDefault(
      input: PutAccountSettingDefaultRequest,
    ): Promise<PutAccountSettingDefaultResponse> {
      return { setting: await put(checked(input, root)) };
    },

    ListAccountSettings(input: ListAccountSettingsRequest): ListAccountSettingsResponse {
      if (input.name !== undefined && !(input.name in VALUES) && input.name !== READ_ONLY)
        throw invalidParameter(`Invalid setting name: ${input.name}.`);
      if (input.value !== undefined && input.name === undefined)
        throw invalidParameter('A setting name must be specified to filter by value.');
      const principal = input.principalArn ?? root;
      const names = input.name === undefined ? [...Object.keys(VALUES), READ_ONLY].sort() : [input.name];
      const settings = names
        .flatMap((name) => settingOf(world, name, principal, input.effectiveSettings ?? false) ?? [])
        .filter(({ value }) => input.value === undefined || value === input.value);
      const page = pageOf(
        settings.map(({ name = '' }) => name),
        input,
        { default: 10, max: 10 },
      );
      return {
        settings: settings.filter(({ name = '' }) => page.items.includes(name)),
        nextToken: page.nextToken,
      };
    },
  };
}

/** What a new cluster starts with. */
export function defaultInsights(world: World): string {
  return settingOf(world, 'containerInsights', rootOf(world), true)?.value ?? 'disabled';
}

/** @param effective whether the account's or AWS's own default answers for one that was never set */
function settingOf(world: World, name: string, principal: string, effective: boolean): Setting | undefined {
  const own = world.accountSettings.get(`${principal} ${name}`);
  if (own || !effective) return own;
  if (name === READ_ONLY) return { name, value: 'off', principalArn: principal, type: 'aws_managed' };
  const value = world.accountSettings.get(`${rootOf(world)} ${name}`)?.value ?? VALUES[name]?.[0];
  return { name: name as SettingName, value, principalArn: principal, type: 'user' };
}

function checked(
  { name, value = '' }: PutAccountSettingRequest | PutAccountSettingDefaultRequest,
  principalArn: string,
): Setting {
  const values = VALUES[name ?? ''];
  if (name === READ_ONLY) throw invalidParameter(`The setting ${READ_ONLY} is managed by AWS.`);
  if (!values) throw invalidParameter(`Invalid setting name: ${name}.`);
  if (!values.includes(value))
    throw invalidParameter(
      `Invalid value for the setting ${name}: ${value}. Valid values are ${values.join(', ')}.`,
    );
  return { name, value, principalArn, type: 'user' };
}

function rootOf({ account }: World): string {
  return `arn:aws:iam::${account}:root`;
}
