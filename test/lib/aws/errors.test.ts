import { describe, expect, it, vi } from 'vitest';
import { ecs } from '../../../src/lib/aws/ecs.ts';
import { logs } from '../../../src/lib/aws/logs.ts';
import { ssm } from '../../../src/lib/aws/ssm.ts';
import { caller, checkAccount } from '../../../src/lib/aws/sts.ts';
import { accessTo, answers } from './support/answers.ts';

const refused = 'http://127.0.0.1:1';

describe('what an endpoint can do wrong', () => {
  it('is unreachable when it refuses connections, and says what to type', async () => {
    await expect(ecs(accessTo(refused)).describeServices(['a'])).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      exitCode: 3,
      next: 'gsys local up',
      message: `${refused} refuses connections (ecs:DescribeServices)`,
    });
  });

  it.each([
    ['a page of HTML', { status: 500, body: '<html>no such action</html>' }],
    ['a page of HTML that claims success', { body: '<html>welcome</html>' }],
    ['JSON that is not of AWS', { status: 404, body: { error: 'no route' } }],
  ])('is unreachable when it answers with %s', async (_what, answer) => {
    const { url } = await answers(() => answer);
    await expect(ecs(accessTo(url)).listServices()).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      message: `${url} does not answer as AWS would (ecs:ListServices)`,
    });
  });

  it('is a failed call when AWS itself refuses, with the name that AWS gives', async () => {
    const { url } = await answers(() => ({
      status: 400,
      body: { __type: 'ClusterNotFoundException', message: 'Cluster not found.' },
    }));
    await expect(ecs(accessTo(url)).listServices()).rejects.toMatchObject({
      code: 'AWS_CALL_FAILED',
      message: `ecs:ListServices at ${url} was refused: ClusterNotFoundException: Cluster not found.`,
    });
  });

  it('is unavailable when it throttles all the time, and says where', async () => {
    const { url } = await answers(() => ({
      status: 400,
      body: { __type: 'ThrottlingException', message: 'Rate exceeded' },
    }));
    await expect(logs(accessTo(url), 1).streamNames('/a', 1)).rejects.toMatchObject({
      code: 'AWS_UNAVAILABLE',
      exitCode: 3,
      next: 'gsys local status',
      message: `logs:DescribeLogStreams at ${url} was throttled: ThrottlingException: Rate exceeded`,
    });
  });

  it('is unavailable when AWS has a fault of its own', async () => {
    const { url } = await answers(() => ({
      status: 500,
      body: { __type: 'ServerException', message: 'oh' },
    }));
    await expect(ecs(accessTo(url)).listServices()).rejects.toMatchObject({
      code: 'AWS_UNAVAILABLE',
      message: `ecs:ListServices at ${url} failed on its side: ServerException: oh`,
    });
  });

  it('is unreachable when it answers at half length, and is asked again before that is said', async () => {
    const { url, requests } = await answers(() => ({
      headers: { 'content-length': '1000' },
      body: { serviceArns: [] },
      cut: true,
    }));
    await expect(ecs(accessTo(url)).listServices()).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      message: `${url} breaks off the connection (ecs:ListServices)`,
    });
    expect(requests).toHaveLength(3);
  });

  it('is a value where nothing was found', async () => {
    const { url } = await answers(() => ({ status: 400, body: { __type: 'ParameterNotFound' } }));
    expect(await ssm(accessTo(url)).get('/none')).toBeUndefined();
  });

  it('ends with the reason of the signal when that is aborted', async () => {
    const { url } = await answers(() => ({ body: {} }));
    const stopped = new Error('stopped');
    await expect(ecs(accessTo(url, AbortSignal.abort(stopped))).listServices()).rejects.toBe(stopped);
  });
});

describe('clients', () => {
  it('go where the definition says, whatever AWS_ENDPOINT_URL says', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', refused);
    const { url, requests } = await answers(() => ({ body: { serviceArns: [] } }));
    await ecs(accessTo(url)).listServices();
    vi.unstubAllEnvs();
    expect(requests).toHaveLength(1);
  });

  it('count every request by operation, retries included', async () => {
    let asked = 0;
    const throttled = { status: 400, body: { __type: 'ThrottlingException', message: 'Rate exceeded' } };
    const { url } = await answers(() => (asked++ === 0 ? throttled : { body: { serviceArns: [] } }));
    const access = accessTo(url);
    await ecs(access).listServices();
    expect(access.calls).toEqual({ 'ecs:ListServices': 2 });
  });

  it('learn the server’s clock from its replies', async () => {
    const hourAhead = new Date(Date.now() + 3_600_000).toUTCString();
    const { url } = await answers(() => ({ headers: { date: hourAhead }, body: { serviceArns: [] } }));
    const access = accessTo(url);
    await ecs(access).listServices();
    expect(access.serverNow() - Date.now()).toBeGreaterThan(3_590_000);
  });
});

describe('the account', () => {
  const identity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
    <Arn>arn:aws:iam::111111111111:user/ann</Arn><UserId>A</UserId><Account>111111111111</Account>
    </GetCallerIdentityResult></GetCallerIdentityResponse>`;

  it('is whose the credentials are', async () => {
    const { url } = await answers(() => ({ headers: { 'content-type': 'text/xml' }, body: identity }));
    expect(await caller(accessTo(url))).toEqual({
      account: '111111111111',
      arn: 'arn:aws:iam::111111111111:user/ann',
    });
  });

  it('stops everything when it is not the environment’s', async () => {
    const { url } = await answers(() => ({ headers: { 'content-type': 'text/xml' }, body: identity }));
    await expect(checkAccount(accessTo(url))).rejects.toMatchObject({ code: 'WRONG_ACCOUNT', exitCode: 2 });
  });
});
