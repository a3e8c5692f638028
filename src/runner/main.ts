/** The first and only process of a task of --in-vpc: a command, with what it needs of a person's machine. */
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { asTerminal } from './as-terminal.ts';
import { frameOutput } from './frame-output.ts';
import { leaveInTime } from './leave-in-time.ts';
import { makeHome } from './make-home.ts';

const { env, stdout } = process;
frameOutput(process);
leaveInTime(process);
const inImage = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));
// Deleted from the environment before anything else can read it.
const home = makeHome(inImage('home'), env);
process.on('exit', () => rmSync(home, { recursive: true, force: true }));
Object.assign(env, {
  GSYS_HOME: home,
  GSYS_IN_VPC: home,
  GSYS_CONFIG: inImage('fleet/gsys.yaml'),
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
});
// Files that the command is to read have the same names there.
if (existsSync(inImage('here'))) process.chdir(inImage('here'));
if (env.GSYS_TERMINAL) asTerminal(stdout, Number(env.GSYS_TERMINAL));
const { main } = await import('../cli.ts');
await main(new URL('../package.json', import.meta.url).href);
