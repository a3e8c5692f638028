// An esbuild plugin that leaves out what every command would wait for and none reaches: a third of cold start.
import { readFileSync } from 'node:fs';

/** Needed only by a CLI without a manifest, or without oclif settings in package.json. */
const NEVER_REACHED = ['tinyglobby', 'minimatch', 'lilconfig'];

export const lean = {
  name: 'lean',
  setup(build) {
    for (const name of NEVER_REACHED) {
      const called = name === 'tinyglobby' ? 'glob' : name;
      provide(
        build,
        name,
        `exports.${called} = () => { throw new Error('${name} is not in this bundle'); };`,
      );
    }
    // Three files to learn whether this is Windows' Linux, which gsys does not treat apart.
    provide(build, 'wsl-utils', 'exports.isWsl = false;');
    // The module's face reads every property of the global, and with them loads readline, report and tty.
    provide(build, 'node:process', 'module.exports = globalThis.process;');

    // gsys draws its own progress; the spinner brings 30 kB of animations.
    patch(build, '@oclif/core/lib/ux/index.js', ['./action/spinner', './action/simple']);
    // Collating loads ICU's tables; the manifest's ids are ASCII.
    patch(build, '@oclif/core/lib/config/plugin.js', ['a.id.localeCompare(b.id)', '(a.id < b.id ? -1 : 1)']);
    // Windows only.
    patch(build, '@oclif/core/lib/util/os.js', late('node_child_process_1', 'node:child_process'));
    // Flags that read standard input only.
    patch(build, '@oclif/core/lib/parser/parse.js', late('node_readline_1', 'node:readline'));
    // Checksums of S3 and event streams alone; the other implementation needs no zlib.
    patch(build, '@smithy/core/dist-es/submodules/checksum/crc32/Crc32Node.js', [
      'import * as zlib from "node:zlib";',
      'const zlib = {};',
    ]);
  },
};

function provide(build, name, contents) {
  build.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: name, namespace: 'lean' }));
  build.onLoad({ filter: new RegExp(`^${name}$`), namespace: 'lean' }, () => ({ contents }));
}

/** Fails the build when the file no longer reads as it did. */
function patch(build, file, [before, after]) {
  build.onLoad({ filter: new RegExp(`${file}$`) }, ({ path }) => {
    const text = readFileSync(path, 'utf8');
    if (!text.includes(before)) throw new Error(`${path} no longer has ${before}: see scripts/lean.mjs`);
    return { contents: text.replace(before, after) };
  });
}

/** Loads a builtin where it is used rather than with the file. */
function late(variable, builtin) {
  return [
    `const ${variable} = require("${builtin}");`,
    `const ${variable} = new Proxy({}, { get: (_, name) => require("${builtin}")[name] });`,
  ];
}
