import type { PulledImage } from '../ports.ts';
import type { LocalImage } from './runtime.ts';

export function localImage(pulled: PulledImage, tree: string): LocalImage {
  const config = pulled.config.config ?? {};
  return {
    digest: pulled.digest,
    tree,
    environment: Object.fromEntries((config.Env ?? []).map(nameAndValue)),
    entryPoint: config.Entrypoint ?? [],
    command: config.Cmd ?? [],
    workingDirectory: config.WorkingDir || '/',
    labels: config.Labels ?? {},
    stopSignal: config.StopSignal || 'SIGTERM',
  };
}

function nameAndValue(variable: string): [string, string] {
  const at = variable.indexOf('=');
  return at < 0 ? [variable, ''] : [variable.slice(0, at), variable.slice(at + 1)];
}
