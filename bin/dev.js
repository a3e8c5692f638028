#!/usr/bin/env -S node --import tsx
// Runs the sources. The commands folder is named here, because looking for TypeScript by itself
// oclif falls back to a stale build without a word.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Config, flush, handle, run } from '@oclif/core';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const root = fileURLToPath(new URL('..', import.meta.url));
const pjson = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
pjson.oclif.commands = './src/commands';
const config = await Config.load({
  root,
  pjson,
  devPlugins: false,
  userPlugins: false,
  ignoreManifest: true,
});
await run(process.argv.slice(2), config).then(() => flush(), handle);
