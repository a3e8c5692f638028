// Which way the arrows go (docs/architecture.md). Rules go by path, type-only imports included.
const lib = (...names) => `^src/lib/(${names.join('|')})(/|\\.ts)`;
const rule = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });

/** A folder of lib and what it may import besides itself. */
const LAYERS = {
  errors: [],
  pause: [],
  awake: [],
  'connection-fault': ['errors', 'awake'],
  wire: ['awake', 'connection-fault'],
  'patient-handshake': ['connection-fault'],
  fleet: ['errors'],
  aws: ['errors', 'pause', 'awake', 'connection-fault', 'fleet'],
  nats: ['errors', 'pause', 'awake', 'connection-fault', 'patient-handshake', 'fleet', 'wire'],
  redis: ['errors', 'pause', 'awake', 'connection-fault', 'fleet'],
  pki: ['errors', 'fleet'],
};
LAYERS.probe = [...Object.keys(LAYERS)];
LAYERS.release = [...Object.keys(LAYERS)];
const base = Object.keys(LAYERS);
for (const workflow of ['tls', 'verify', 'observe', 'capacity', 'streams', 'in-vpc']) LAYERS[workflow] = base;

module.exports = {
  forbidden: [
    ...Object.entries(LAYERS).map(([name, allowed]) =>
      rule(
        `lib-${name}`,
        `lib/${name} stands on ${allowed.join(', ') || 'nothing'} alone`,
        { path: lib(name) },
        { path: '^(src|services|bin|test)/', pathNot: lib(name, ...allowed) },
      ),
    ),
    rule(
      'local-stands-apart',
      'platform and operator share the wire, not code',
      { path: '^src/local/' },
      { path: '^(src|services|bin|test)/', pathNot: `^src/local/|${lib('errors', 'fleet', 'pki', 'nats')}` },
    ),
    rule(
      'only-local-commands-reach-the-platform',
      'any other command must work against AWS',
      { path: '^src/', pathNot: '^src/(local|commands/local)/' },
      { path: '^src/local/' },
    ),
    rule(
      'ui-knows-types-only',
      'the views draw; they never fetch',
      { path: '^src/ui/' },
      {
        path: '^(src|services|bin|test)/|@aws-sdk|^node_modules/(nats|ioredis)/',
        pathNot: `^src/ui/|${lib('errors', 'fleet', 'release', 'verify', 'observe', 'probe', 'capacity', 'streams', 'tls')}`,
      },
    ),
    rule(
      'lib-does-not-print',
      'lib is used by more than a terminal',
      { path: '^src/lib/' },
      { path: '@oclif|^src/(ui|commands)/' },
    ),
    rule(
      'services-stand-alone',
      'a service is shipped without gsys',
      { path: '^services/' },
      { path: '^src/' },
    ),
    rule(
      'services-do-not-know-each-other',
      'they share contracts and the sdk',
      { path: '^services/(?!sdk/|gen/)([^/]+)/' },
      { path: '^services/', pathNot: '^services/(sdk|gen|$1)/' },
    ),
    rule(
      'no-unresolvable',
      'a typo, or a package that is not in package.json',
      {},
      { couldNotResolve: true },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
