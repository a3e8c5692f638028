import type { AwsService } from '../aws/service.ts';

/** @returns undefined of a parameter that is not there */
export async function parameterText(
  services: AwsService[],
  region: string,
  Name: string,
): Promise<string | undefined> {
  const { operations } = services.find(({ id }) => id === 'ssm') as AwsService;
  try {
    const reply = await operations.GetParameter?.({ Name }, { accessKeyId: 'gsys', region });
    return (reply as { Parameter?: { Value?: string } }).Parameter?.Value;
  } catch {
    return undefined;
  }
}
