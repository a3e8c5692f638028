import { setMaxListeners } from 'node:events';
import type { Interfaces } from '@oclif/core';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { environment } from './environment.ts';
import { asFailure, causes, failureDocument, failureText } from './failure.ts';
import { GsysError } from './lib/errors.ts';
import type { Fleet } from './lib/fleet/fleet.ts';
import { type Paint, painter } from './ui/paint.ts';
import { createProgress, type Progress } from './ui/progress.ts';
import { safeJson } from './ui/safe-json.ts';

/** How long a command may go on after Ctrl-C or `--timeout` to leave things in order, in milliseconds. */
const GRACE_MS = 5000;

/**
 * What all commands share: the common flags, the definition, Ctrl-C and `--timeout` as one AbortSignal,
 * progress on standard error, and the one mapping from failures to exit codes, in every output mode.
 */
export abstract class BaseCommand<Self extends typeof Command = typeof Command> extends Command {
  static override enableJsonFlag = true;

  static override baseFlags = {
    env: Flags.string({ char: 'e', description: 'environment of gsys.yaml', helpGroup: 'GLOBAL' }),
    'no-color': Flags.boolean({ description: 'no colours (NO_COLOR does the same)', helpGroup: 'GLOBAL' }),
    verbose: Flags.boolean({ char: 'v', description: 'say more', helpGroup: 'GLOBAL' }),
    timeout: Flags.integer({
      description: 'seconds until the whole command gives up',
      min: 1,
      helpGroup: 'GLOBAL',
    }),
  };

  /** Commands that change something: what they could not determine is a failure (exit 1), not a question (3). */
  static mutates = false;

  /** Flags that name a file to read: a task of --in-vpc gets it. */
  static reads: string[] = [];

  protected flags!: Interfaces.InferredFlags<(typeof BaseCommand)['baseFlags'] & Self['flags']>;
  protected args!: Interfaces.InferredArgs<Self['args']>;
  protected env = environment();
  protected paint: Paint = painter(false);
  private readonly stopping = new AbortController();
  private progressMade: Progress | undefined;

  /** Aborted by Ctrl-C, SIGTERM and `--timeout`; the reason is the GsysError to end with. */
  protected get signal(): AbortSignal {
    return this.stopping.signal;
  }

  protected get progress(): Progress {
    this.progressMade ??= createProgress({
      stream: process.stderr,
      paint: painter(this.coloured(process.stderr)),
      now: Date.now,
    });
    return this.progressMade;
  }

  override async init(): Promise<void> {
    await super.init();
    const { args, flags } = await this.parse(this.ctor);
    this.args = args as typeof this.args;
    this.flags = flags as typeof this.flags;
    if (this.flags['no-color']) this.env = { ...this.env, noColor: true };
    this.paint = painter(this.coloured(process.stdout));
    this.listen(this.flags.timeout);
    if (this.env.ignoredEndpoint !== undefined) {
      process.stderr.write(
        'AWS_ENDPOINT_URL is ignored: the environment in gsys.yaml decides where commands go\n',
      );
    }
    if ((this.flags as { 'in-vpc'?: boolean })['in-vpc']) this.run = () => this.runInVpc();
  }

  /** In the place of `run`: a task does the work, and this process passes on what it says. */
  private async runInVpc(): Promise<void> {
    const [fleet, { remoteRun }] = await Promise.all([this.fleet(), import('./in-vpc.ts')]);
    const { id = '', argv, env, progress, signal } = this;
    const named = this.flags as Record<string, string | undefined>;
    const given = (this.ctor as typeof BaseCommand).reads.flatMap((flag) => named[flag] ?? []);
    const program = this.config.root;
    const remote = remoteRun({ fleet, id, argv, env, program, given, progress, signal });
    this.onInterrupt = remote.onInterrupt;
    this.exitWith(await remote.run());
  }

  /**
   * The definition, resolved for `--env`.
   * @param slot of the embedded platform, where the command has a flag for it
   */
  protected async fleet(slot?: number): Promise<Fleet> {
    // Loaded here, so that `--help` does not wait for a YAML parser and the schemas.
    const { loadFleet } = await import('./lib/fleet/load.ts');
    return loadFleet({
      from: process.cwd(),
      config: this.env.config,
      home: this.env.home,
      slot: slot?.toString() ?? this.env.slot,
      environment: this.flags.env,
      inVpc: this.env.inVpc,
    });
  }

  /** As oclif's, without waiting for `console` to be made. */
  override log(text = ''): void {
    if (!this.jsonEnabled()) process.stdout.write(`${text}\n`);
  }

  protected override logJson(document: unknown): void {
    process.stdout.write(`${safeJson(document, 2)}\n`);
  }

  /** The exit code of a command that ran to its end and has bad news. */
  protected exitWith(code: number): void {
    process.exitCode = code;
  }

  override async catch(thrown: unknown): Promise<void> {
    const failure = this.failureOf(thrown);
    this.progressMade?.end();
    this.report(failure);
    process.exitCode = this.exitCodeOf(failure);
  }

  override async finally(): Promise<void> {
    this.progressMade?.end();
  }

  /** Of an interruption, what the work itself says counts more: it knows how far it came. */
  private failureOf(thrown: unknown): GsysError {
    const { aborted, reason } = this.stopping.signal;
    if (!aborted || (thrown instanceof GsysError && thrown.code === reason.code)) return asFailure(thrown);
    return asFailure(reason);
  }

  protected exitCodeOf({ exitCode }: GsysError): number {
    return (this.ctor as typeof BaseCommand).mutates && exitCode === 3 ? 1 : exitCode;
  }

  protected report(failure: GsysError): void {
    const exitCode = this.exitCodeOf(failure);
    const wantsJson = this.jsonEnabled() || this.argv.includes('--json');
    if (wantsJson) process.stdout.write(`${safeJson(failureDocument(failure, exitCode))}\n`);
    else process.stderr.write(failureText(failure, painter(this.coloured(process.stderr))));
    if (this.argv.includes('--verbose') && !wantsJson)
      process.stderr.write(`${failure.stack}\n${causes(failure)}`);
  }

  /** @returns true when the command stops by itself, in an order of its own */
  protected onInterrupt(): boolean {
    return false;
  }

  private coloured(stream: NodeJS.WriteStream): boolean {
    return Boolean(stream.isTTY) && !this.env.noColor;
  }

  private listen(timeout: number | undefined): void {
    // Every request in flight listens; a thousand of them are no leak.
    setMaxListeners(0, this.stopping.signal);
    const stop = (reason: GsysError) => {
      if (this.stopping.signal.aborted) this.leave(reason);
      this.stopping.abort(reason);
      setTimeout(() => this.leave(reason), GRACE_MS).unref();
    };
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      process.on(name, () => {
        if (!this.onInterrupt()) stop(new GsysError('INTERRUPTED', `interrupted (${name})`));
      });
    }
    if (timeout !== undefined) {
      const reason = () => new GsysError('TIMED_OUT', `not done within --timeout ${timeout}`);
      setTimeout(() => stop(reason()), timeout * 1000).unref();
    }
  }

  private leave(reason: GsysError): never {
    this.progressMade?.end();
    this.report(reason);
    process.exit(this.exitCodeOf(reason));
  }
}
