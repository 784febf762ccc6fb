// The architecture, as rules over imports; type-only imports count. `test/gates/dependencies.test.ts` breaks each rule.
// Paths are anchored. What is allowed in few places lists those in `pathNot`: a new folder starts with no rights.

const SOURCE = '^(domain|ports|application|adapters|composition)/'

/** What an adapter folder may use of the others, beside `sql/`, `web/` and itself. */
const SIBLINGS = {
  node: ['http/'],
  bun: ['http/', 'node/'],
  deno: ['http/', 'node/'],
  cloudflare: ['http/'],
  http: ['logging/'],
  client: ['http/wire(/|[.]ts$)'],
  cli: ['client/'],
  console: ['client/', 'http/'],
}

/** A path inside one of these npm packages. */
const npm = (...names) => `(^|/)node_modules/(${names.join('|')})/`

function rule(name, comment, from, to) {
  return { name, severity: 'error', comment, from, to }
}

function adaptersAreSiblings(from, allowed) {
  return rule(
    'adapters-are-siblings',
    'An adapter folder uses itself, adapters/sql, adapters/web and the core (exceptions: SIBLINGS, above the rules). ' +
      'State what you need as a port, and let composition/ hand you the other adapter.',
    from,
    { path: '^adapters/', pathNot: ['$1', 'sql', 'web'].map((folder) => `^adapters/${folder}/`).concat(allowed) },
  )
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    rule(
      'domain-imports-only-domain',
      'domain/ is plain TypeScript: no other layer, no npm package, no node:. Pass the value in as an argument, ' +
        'or move the code to application/ (if it needs a port) or adapters/ (if it needs a library).',
      { path: '^domain/' },
      { pathNot: '^domain/' },
    ),
    rule(
      'ports-import-only-domain',
      'A port is an interface over domain/ types. What an implementation needs belongs in adapters/.',
      { path: '^ports/' },
      { pathNot: '^(domain|ports)/' },
    ),
    rule(
      'application-imports-only-core',
      'A use-case knows domain/, ports/ and application/ only. Add or extend a port, implement it in adapters/, ' +
        'and let composition/ hand it to the use-case.',
      { path: '^application/' },
      { pathNot: '^(domain|ports|application)/' },
    ),
    rule(
      'node-builtins-only-in-node',
      'This code also runs on Cloudflare, where Node is not. Use a Web API (URL, crypto.subtle, fetch), ' +
        'or put the code behind a port and implement that in adapters/node.',
      {
        path: '^',
        pathNot: ['^adapters/(node|cli)/', '^composition/(node|cli)/', '^create-errand/', '^(bench|examples|test)/'],
      },
      { dependencyTypes: ['core'] },
    ),
    rule(
      'workers-types-only-in-cloudflare',
      "Cloudflare's modules and types stay in adapters/cloudflare and composition/cloudflare. " +
        'Put the code behind a port and implement that in adapters/cloudflare.',
      {
        path: '^',
        pathNot: ['^adapters/cloudflare/', '^composition/cloudflare/', '^(bench|test)/cloudflare/', '^examples/'],
      },
      {
        path: [
          '^cloudflare:',
          '^@cloudflare/workers-types',
          '^wrangler$',
          npm('@cloudflare/workers-types', 'wrangler'),
        ],
      },
    ),
    rule(
      'runtimes-do-not-meet',
      'Node code and Cloudflare code must not reach each other, even through a third file: one would not start. ' +
        'Move what both need to adapters/sql, adapters/web, adapters/http or the core.',
      { path: '^(?:adapters|composition)/(node|cloudflare)/' },
      {
        path: '^(adapters|composition)/(node|cloudflare|bun|deno)/',
        pathNot: '^(adapters|composition)/$1/',
        reachable: true,
      },
    ),
    rule(
      'runtimes-do-not-meet',
      'Bun and Deno can be taken for Node and use what is there for it; each has its own file beside, and neither has what is for Cloudflare.',
      { path: '^adapters/(bun|deno)/' },
      { path: '^(adapters|composition)/(cloudflare|bun|deno)/', pathNot: '^adapters/$1/', reachable: true },
    ),
    rule(
      'runtimes-do-not-meet',
      'composition/serve.ts takes the HTTP server of the runtime that it is on. None of them is Cloudflare.',
      { path: '^composition/(serve[.]ts$|cli/)' },
      { path: '^(adapters|composition)/cloudflare/', reachable: true },
    ),
    rule(
      'postgres-only-in-postgres',
      "Postgres stays in adapters/postgres and composition/node/postgres*.ts: it is one storage of Node's, and none of a Worker's. " +
        'What any SQL database can do belongs in adapters/sql.',
      { path: '^', pathNot: ['^adapters/postgres/', '^composition/node/postgres[^/]*[.]ts$', '^(bench|test)/'] },
      { path: ['^adapters/postgres/', npm('pg')] },
    ),
    rule(
      'mcp-only-in-mcp',
      'The official MCP client is installed by those who use it. It stays in adapters/mcp, behind errand/mcp and the ' +
        'commands of errand mcp.',
      { path: '^', pathNot: ['^adapters/mcp/', '^composition/(public|cli)/mcp[.]ts$', '^(bench|test)/'] },
      { path: ['^adapters/mcp/', npm('@modelcontextprotocol/sdk')] },
    ),
    adaptersAreSiblings({ path: '^adapters/([^/]+)/', pathNot: `^adapters/(${Object.keys(SIBLINGS).join('|')})/` }, []),
    ...Object.entries(SIBLINGS).map(([folder, others]) =>
      adaptersAreSiblings(
        { path: `^adapters/(${folder})/` },
        others.map((other) => `^adapters/${other}`),
      ),
    ),
    rule(
      'adapters-do-not-know-composition',
      'composition/ knows the adapters, not the other way round. Take what you need as an argument or a factory.',
      { path: '^adapters/' },
      { path: '^composition/' },
    ),
    rule(
      'examples-see-only-public-entries',
      "An example is a project like an author's: it imports Errand by its public names ('errand', 'errand/node', …). " +
        'What it lacks there is missing for authors too: export it from composition/public/.',
      { path: '^examples/([^/]+)/' },
      {
        pathNot: ['^examples/$1/', '^composition/public/', '(^|/)node_modules/', '^cloudflare:'],
        dependencyTypesNot: ['core'],
      },
    ),
    rule(
      'examples-see-only-public-entries',
      'The public names are what an author has; the path of an entry is not.',
      { path: '^examples/' },
      { path: '^composition/public/', dependencyTypes: ['local', 'aliased-subpath-import'] },
    ),
    rule(
      'no-example-from-source',
      'An example uses Errand, not the other way round. Tests may use examples.',
      { path: '^', pathNot: '^(examples|test)/' },
      { path: '^examples/' },
    ),
    rule(
      'tsyringe-in-one-file',
      'Import container, once and the types from composition/tsyringe.ts: it loads the Reflect polyfill first.',
      { path: '^', pathNot: '^composition/tsyringe[.]ts$' },
      { path: npm('tsyringe', 'reflect-metadata') },
    ),
    rule(
      'hono-only-in-http',
      'Routes live in adapters/http and adapters/console; adapters/node, adapters/cloudflare and adapters/logging mount them. ' +
        'Elsewhere use Request and Response, or hand the data over.',
      { path: '^', pathNot: ['^adapters/(http|console|node|cloudflare|logging)/', '^(examples|test)/'] },
      { path: npm('hono', '@hono/[^/]+') },
    ),
    rule(
      'no-test-from-source',
      'Source must not need the tests. If both use it, move it to the layer it belongs to.',
      { path: '^', pathNot: '^(bench|test)/' },
      { path: '^test/' },
    ),
    rule(
      'doubles-only-in-tests',
      "adapters/testing stands in for the world in tests, ours and authors'. What a running program needs is in adapters/local, or in the folder of its runtime.",
      {
        path: '^',
        pathNot: ['^(adapters|composition)/testing/', '^composition/public/testing[.]ts$', '^(bench|test)/'],
      },
      { path: '^(adapters|composition)/testing/' },
    ),
    rule(
      'no-test-from-bench',
      'Benchmarks may use what supports the tests, and nothing else of them.',
      { path: '^bench/' },
      { path: '^test/', pathNot: '^test/support/' },
    ),
    rule(
      'no-circular',
      'Files in a circle can only be understood together. Move what they share to a file of its own.',
      {},
      { circular: true },
    ),
    rule(
      'no-orphans',
      'Nothing imports this file and it imports nothing. Use it or delete it.',
      { orphan: true, pathNot: '[.]d[.]ts$' },
      {},
    ),
    rule(
      'not-to-unresolvable',
      'No such file or package. Imports carry the extension (.ts) and start with #domain/ etc. across layers, ' +
        'and packages are in package.json.',
      {},
      { couldNotResolve: true, pathNot: ['^cloudflare:', '^@cloudflare/workers-types'] },
    ),
    rule(
      'no-dev-deps-in-source',
      '`npm ci --omit=dev` must leave a program that runs: what source imports belongs in "dependencies" ' +
        '(npm install <package> --save-prod).',
      { path: SOURCE },
      // workers-types is types alone; workers-types-only-in-cloudflare says where. Of the other, mcp-only-in-mcp does.
      {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        pathNot: npm('@cloudflare/workers-types', '@modelcontextprotocol/sdk'),
      },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.d.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
}
