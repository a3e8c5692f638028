#!/usr/bin/env -S node --import tsx
// Runs the sources. The plugin is made here, because by itself oclif falls back to a stale build without a word:
// where it looks for TypeScript and does not find its way, and wherever there is a manifest.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Config, flush, handle, Plugin, run } from '@oclif/core';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const root = fileURLToPath(new URL('..', import.meta.url));
const pjson = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
pjson.oclif.commands = './src/commands';
const plugin = new Plugin({ isRoot: true, pjson, root, ignoreManifest: true });
await plugin.load();
const config = await Config.load({
  root,
  pjson,
  devPlugins: false,
  userPlugins: false,
  plugins: new Map([[plugin.name, plugin]]),
});
await run(process.argv.slice(2), config).then(() => flush(), handle);
