import { defineConfig } from 'tsdown'

// What is published: JavaScript and types of `composition/public/`, and the command. The checkout needs none of it.

const RUNS_ANYWHERE = ['errand', 'node', 'client', 'guards', 'mcp', 'shopify', 'testing']

function entries(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `composition/public/${name}.ts`]))
}

const SHARED = { format: 'esm', platform: 'neutral', outDir: 'dist', fixedExtension: false, report: false } as const
const PLATFORM_MODULES = [/^node:/, /^cloudflare:/]

/** The file of the SQLite thread is named by a URL, which no bundler follows. */
const THREAD_ENTRY = {
  name: 'thread-entry',
  transform: {
    filter: { id: /sqlite\/thread\.ts$/ },
    handler: (code: string) => code.replace("'./thread-entry.ts'", "'./thread-entry.js'"),
  },
}

function types(names: readonly string[], tsconfig: string) {
  return {
    ...SHARED,
    entry: entries(names),
    tsconfig,
    clean: false,
    deps: { neverBundle: PLATFORM_MODULES },
    dts: { emitDtsOnly: true, tsconfigRaw: { include: [], files: Object.values(entries(names)) } },
  }
}

export default defineConfig([
  {
    ...SHARED,
    entry: {
      ...entries([...RUNS_ANYWHERE, 'cloudflare']),
      cli: 'composition/cli/cli.js',
      'strip-types': 'composition/cli/strip-types.js',
      'thread-entry': 'adapters/node/sqlite/thread-entry.ts',
    },
    clean: true,
    dts: false,
    deps: { neverBundle: PLATFORM_MODULES },
    plugins: [THREAD_ENTRY],
    // `errand init` makes a project of them.
    copy: [{ from: 'create-errand/templates', to: 'dist' }],
  },
  // Types of Workers and of Node contradict each other, hence a program for each.
  types(RUNS_ANYWHERE, 'tsconfig.json'),
  types(['cloudflare'], 'tsconfig.cloudflare.json'),
])
