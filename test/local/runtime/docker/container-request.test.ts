import { describe, expect, it } from 'vitest';
import { containerName, containerRequest } from '../../../../src/local/runtime/docker/container-request.ts';
import type { ContainerSpec } from '../../../../src/local/runtime/runtime.ts';

const MIB = 1024 * 1024;
const OWNER = { platform: 'p1', slot: 6 };

describe('what the Engine is asked for', () => {
  const spec = (changes: Partial<ContainerSpec> = {}): ContainerSpec => ({
    name: 'settings-nats',
    image: {
      digest: 'sha256:1',
      tree: 'gsys-p1:1',
      environment: { FROM_IMAGE: 'stays with the image' },
      entryPoint: ['node', 'main.js'],
      command: [],
      workingDirectory: '/app',
      labels: {},
      stopSignal: 'SIGTERM',
    },
    environment: { A: 'b=c', HOST: '0.0.0.0' },
    address: '127.70.0.1',
    hostname: 'ip-127-70-0-1',
    tempFolder: '/tmp/x',
    memory: { container: undefined, task: { id: '0123456789abcdef', limit: 512 * MIB } },
    cpu: { container: undefined, task: 256 },
    linux: {
      user: undefined,
      readonlyRoot: true,
      init: false,
      capabilities: { add: [], drop: [] },
      ulimits: [],
    },
    onLine() {},
    ...changes,
  });
  const hostConfig = (changes?: Partial<ContainerSpec>) =>
    (containerRequest(spec(changes), OWNER) as { HostConfig: Record<string, unknown> }).HostConfig;

  it("is this machine's network with the task's own address, and labels to find the container by", () => {
    expect(containerRequest(spec(), OWNER)).toMatchObject({
      Image: 'gsys-p1:1',
      Hostname: 'ip-127-70-0-1',
      Env: ['A=b=c', 'HOST=127.70.0.1'],
      Labels: { 'gsys.platform': 'p1', 'gsys.slot': '6', 'gsys.task': '0123456789abcdef' },
      HostConfig: { NetworkMode: 'host', ReadonlyRootfs: true, RestartPolicy: { Name: 'no' } },
    });
    expect(containerName(spec(), 6)).toBe('gsys-6-settings-nats-0123456789ab');
  });

  it('leaves to the image what the definition does not say', () => {
    const request = containerRequest(spec(), OWNER);
    expect(Object.keys(request)).not.toContain('Entrypoint');
    expect(Object.keys(request)).not.toContain('Cmd');
    expect(containerRequest(spec({ entryPoint: ['sh'], command: ['-c', 'x'] }), OWNER)).toMatchObject({
      Entrypoint: ['sh'],
      Cmd: ['-c', 'x'],
    });
  });

  it("is the smaller of the container's and the task's memory, and no swap", () => {
    const task = { id: 't', limit: 512 * MIB };
    expect(hostConfig()).toMatchObject({ Memory: 512 * MIB, MemorySwap: 512 * MIB });
    expect(hostConfig({ memory: { container: 64 * MIB, task } })).toMatchObject({ Memory: 64 * MIB });
  });

  it('is a quarter of a core for 256 CPU units, and a share in proportion', () => {
    expect(hostConfig({ cpu: { container: 128, task: 256 } })).toMatchObject({
      CpuShares: 128,
      CpuPeriod: 100_000,
      CpuQuota: 25_000,
    });
    expect(Object.keys(hostConfig())).not.toContain('CpuShares');
  });

  it('carries user, limits and capabilities of the definition', () => {
    const linux = {
      user: '65534',
      readonlyRoot: false,
      init: true,
      capabilities: { add: [], drop: ['ALL'] },
      ulimits: [{ name: 'nofile', soft: 1024, hard: 65535 }],
    };
    expect(containerRequest(spec({ linux }), OWNER)).toMatchObject({
      User: '65534',
      HostConfig: { Init: true, CapDrop: ['ALL'], Ulimits: [{ Name: 'nofile', Soft: 1024, Hard: 65535 }] },
    });
  });
});
