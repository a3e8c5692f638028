import path from 'node:path';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../base-command.ts';
import { inVpcFlag } from '../in-vpc-flag.ts';
import { GsysError } from '../lib/errors.ts';
import type { Fleet } from '../lib/fleet/fleet.ts';
import { verifyAws } from '../lib/verify/aws.ts';
import type { VerifyDocument } from '../lib/verify/document.ts';
import { changesSince, readLast, remembering, writeLast } from '../lib/verify/last.ts';
import { verify } from '../lib/verify/run.ts';
import { exitCodeOf } from '../lib/verify/verdict.ts';
import { jsonLine } from '../ui/json-lines.ts';
import { FORMATS, type Format, formatted } from '../ui/verify-formats/formats.ts';
import { annotation } from '../ui/verify-formats/github.ts';
import { NAGIOS_UNKNOWN, nagiosCode, nagiosFailure } from '../ui/verify-formats/nagios.ts';

/** Seconds between two looks of --watch. */
const INTERVAL = 10;

export default class Verify extends BaseCommand<typeof Verify> {
  static override summary = 'is the fleet really healthy? if not, what is broken, and what to type';
  static override description =
    'Exit code: 0 healthy or degraded, 1 unhealthy (with --strict degraded too), 3 could not be determined. --format nagios alone has Nagios’s: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.';
  static override examples = [
    '<%= config.bin %> verify',
    '<%= config.bin %> verify --only "nats.*" --verbose',
    '<%= config.bin %> verify --since-last',
    '<%= config.bin %> verify --watch --interval 30 --json',
    '<%= config.bin %> verify --explain nats.mesh',
    '<%= config.bin %> verify --record incident-42',
    '<%= config.bin %> verify --replay incident-42 --format junit',
  ];
  static override flags = {
    ...inVpcFlag,
    only: Flags.string({
      description: 'checks to run; globs over their ids',
      multiple: true,
      multipleNonGreedy: true,
    }),
    skip: Flags.string({
      description: 'checks to leave out; globs over their ids',
      multiple: true,
      multipleNonGreedy: true,
    }),
    strict: Flags.boolean({ description: 'degraded is a failure too' }),
    format: Flags.option({ options: FORMATS, description: 'how to say it; json is --json' })(),
    explain: Flags.string({
      description: 'what a check proves, what it cannot see, and its runbook; an id or a glob. Asks nobody',
      exclusive: ['watch', 'since-last', 'record', 'replay', 'in-vpc', 'only', 'skip'],
    }),
    'since-last': Flags.boolean({
      description: 'what is new, changed or healed since the last verify on this machine',
      exclusive: ['watch', 'replay', 'in-vpc'],
    }),
    watch: Flags.boolean({ description: 'go on looking, and say what changes; Ctrl-C ends it' }),
    interval: Flags.integer({
      description: `seconds between two looks of --watch (${INTERVAL})`,
      min: 1,
      dependsOn: ['watch'],
    }),
    record: Flags.string({
      description: 'folder to write all evidence to, without secrets',
      helpValue: 'DIR',
      exclusive: ['watch', 'replay', 'in-vpc'],
    }),
    replay: Flags.string({
      description: 'judge what was recorded there; asks nobody',
      helpValue: 'DIR',
      exclusive: ['watch', 'in-vpc'],
    }),
  };

  async run() {
    const { explain, replay, record, watch } = this.flags;
    this.checkFormat();
    if (explain !== undefined) return this.explain(explain);
    const fleet = await this.fleet();
    if (replay !== undefined) return this.show(await this.replay(replay, fleet));
    if (record !== undefined) return this.record(record, fleet);
    if (watch) return this.watch(fleet);
    return this.show(await this.compared(await verify(this.options(fleet)), fleet));
  }

  /** `--format json` is `--json`. */
  override jsonEnabled(): boolean {
    return super.jsonEnabled() || this.format === 'json';
  }

  /** Of a verify that came to no document: in the words of whoever reads it. */
  protected override report(failure: GsysError): void {
    if (this.format === 'nagios') process.stdout.write(`${nagiosFailure(failure.message)}\n`);
    else super.report(failure);
    if (this.format === 'github')
      process.stdout.write(`${annotation('error', 'gsys verify', failure.message)}\n`);
  }

  protected override exitCodeOf(failure: GsysError): number {
    return this.format === 'nagios' ? NAGIOS_UNKNOWN : super.exitCodeOf(failure);
  }

  /** As it was typed: failures have a format before the flags are known. */
  private get format(): Format {
    const [, typed] = /(?:^|\0)--format[=\0]([a-z]+)/.exec(this.argv.join('\0')) ?? [];
    return FORMATS.find((format) => format === typed) ?? 'text';
  }

  private checkFormat(): void {
    const { watch, explain } = this.flags;
    const { format } = this;
    if (super.jsonEnabled() && format !== 'json' && this.flags.format !== undefined)
      throw new GsysError('USAGE', `--json is --format json, and not ${format}`);
    const mode = watch ? '--watch' : '--explain';
    if ((watch || explain !== undefined) && format !== 'text' && format !== 'json')
      throw new GsysError('USAGE', `${mode} is text or json, and not ${format}`);
  }

  private options(fleet: Fleet) {
    const { only = [], skip = [] } = this.flags;
    const { signal } = this;
    return { fleet, only, skip, aws: verifyAws(fleet.environment, signal), signal, now: () => new Date() };
  }

  private show(document: VerifyDocument): VerifyDocument {
    const { strict, verbose } = this.flags;
    const { format, paint } = this;
    if (format !== 'json') this.log(formatted(document, format, { paint, verbose, strict }));
    const { verdict } = document;
    this.exitWith(format === 'nagios' ? nagiosCode(verdict, strict) : exitCodeOf(verdict, strict));
    return document;
  }

  /** A task's folder goes with it: nobody would come back to what is remembered there. */
  private async compared(document: VerifyDocument, { name, environment }: Fleet): Promise<VerifyDocument> {
    if (this.env.inVpc !== undefined) return document;
    const last = await readLast(environment, name);
    await writeLast(environment, remembering(last, document));
    if (!this.flags['since-last']) return document;
    const changes = changesSince(last, document);
    if (changes === undefined)
      this.progress.note('nothing to compare with: these checks never looked from here');
    return changes === undefined ? document : { ...document, changes };
  }

  private async watch(fleet: Fleet): Promise<void> {
    const [{ watch }, { watchText }] = await Promise.all([
      import('../lib/verify/watch.ts'),
      import('../ui/verify-watch.ts'),
    ]);
    const { verbose, interval = INTERVAL } = this.flags;
    const { signal, paint } = this;
    // Each look with an access of its own: what one has been told is no evidence for the next.
    const look = () => verify(this.options(fleet));
    const documents = watch({ verify: look, interval: interval * 1000, signal });
    for await (const document of documents) {
      await this.compared(document, fleet);
      if (this.jsonEnabled()) process.stdout.write(jsonLine(document.schema, document));
      else this.log(watchText(document, { paint, verbose }));
    }
  }

  private async record(dir: string, fleet: Fleet): Promise<VerifyDocument> {
    const [{ makeRecordingFolder, writeRecording }, { verifyForRecord }] = await Promise.all([
      import('../lib/verify/recording/record.ts'),
      import('../lib/verify/recording/verify-for-record.ts'),
    ]);
    const folder = path.resolve(dir);
    await makeRecordingFolder(folder);
    const looked = await verifyForRecord({ ...this.options(fleet), gsys: this.config.version });
    const document = this.show(await this.compared(looked.document, fleet));
    await writeRecording(folder, looked.recording);
    this.progress.note(
      `recorded in ${folder}, without the secrets that gsys knows or recognises: read it before you pass it on`,
    );
    return document;
  }

  private async replay(dir: string, fleet: Fleet): Promise<VerifyDocument> {
    const { replay } = await import('../lib/verify/recording/replay.ts');
    const { only = [], skip = [] } = this.flags;
    const gsys = this.config.version;
    const document = await replay({ folder: path.resolve(dir), gsys, fleet, only, skip });
    this.progress.note(`this is what was seen at ${document.startedAt}; nobody was asked now`);
    return document;
  }

  private async explain(glob: string) {
    const [{ explain }, { CHECKS }, { selectChecks }, { explainText }] = await Promise.all([
      import('../lib/verify/explain.ts'),
      import('../lib/verify/catalog.ts'),
      import('../lib/verify/select.ts'),
      import('../ui/verify-explain.ts'),
    ]);
    const checks = await explain(selectChecks(CHECKS, { only: [glob], skip: [] }), this.config.root);
    this.log(explainText(checks, this.paint));
    return { schema: 'gsys/verify-explain/v1', checks };
  }
}
