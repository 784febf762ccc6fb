import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Packed, installedWith, sizeOf } from './packed.ts'

const ROOT = join(import.meta.dirname, '../..')
const KIB = 1024

// One build and one pack for the whole file.
let packed: Packed
beforeAll(() => {
  packed = new Packed()
})
afterAll(() => {
  packed.remove()
})

describe('what is packed', () => {
  test('is what users need, and nothing else', () => {
    const files = packed.files()
    const strays = files.filter((file) => !/^(?:dist|docs)\/|^(?:package\.json|llms\.txt|[A-Z]+(?:\.md)?)$/.test(file))
    expect(strays).toEqual([])
    expect(files.filter((file) => file.endsWith('.ts') && !/\.d\.ts$|^dist\/templates\//.test(file))).toEqual([])
    expect(files).toEqual(expect.arrayContaining(['llms.txt', 'README.md', 'docs/decisions/README.md']))
  })

  test('has a manifest without scripts and development dependencies', () => {
    const { manifest } = packed
    expect(
      Object.keys(manifest).filter((field) => /scripts|dev|workspaces|imports|optional|private/i.test(field)),
    ).toEqual([])
    expect(JSON.stringify(manifest)).not.toContain('composition')
    expect(Object.keys(manifest.exports)).toEqual([
      '.',
      './node',
      './cloudflare',
      './client',
      './guards',
      './mcp',
      './shopify',
      './testing',
      './package.json',
    ])
  })

  test('passes publint', async () => {
    const { messages } = await publint({ pkgDir: packed.folder, pack: false, strict: true })
    expect(messages).toEqual([])
  })

  test('passes arethetypeswrong', () => {
    const attw = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js')
    // It exits with 1 for a problem, and its table says which.
    const { status, stdout } = spawnSync(process.execPath, [attw, packed.tarball, '--profile', 'esm-only'], {
      encoding: 'utf8',
    })
    expect(stdout).toContain('errand/testing')
    expect(status, stdout).toBe(0)
  })

  test('stays within its budgets', () => {
    const installed = installedWith(packed.manifest.dependencies)
    const figures = {
      tarball: Math.ceil(statSync(packed.tarball).size / KIB),
      unpacked: Math.ceil(sizeOf(packed.folder) / KIB),
      direct: Object.keys(packed.manifest.dependencies).length,
      packages: installed.length + 1,
      installed: Math.ceil((installed.reduce((sum, path) => sum + sizeOf(path), 0) + sizeOf(packed.folder)) / KIB),
    }
    process.stdout.write(
      `errand: ${String(figures.tarball)} KiB packed, ${String(figures.unpacked)} KiB unpacked; ` +
        `${String(figures.direct)} dependencies; installs ${String(figures.packages)} packages, ${String(figures.installed)} KiB\n`,
    )
    expect(figures.tarball).toBeLessThan(785)
    expect(figures.unpacked).toBeLessThan(2640)
    expect(figures.direct).toBeLessThanOrEqual(22)
    expect(figures.packages).toBeLessThanOrEqual(40)
    expect(figures.installed).toBeLessThan(40_000)
  })
})

describe('what an export loads', () => {
  test('the client: one package, and nothing of a platform', () => {
    expect(packed.loads('client.js')).toEqual(['eventsource-parser'])
  })

  test.each(['errand.js', 'node.js', 'cloudflare.js', 'client.js', 'testing.js'])(
    '%s: neither the parser nor the detector of errand/guards',
    (entry) => {
      expect(packed.loads('guards.js')).toEqual(expect.arrayContaining(['franc/data.js', 'htmlparser2']))
      expect(packed.loads(entry).filter((name) => /^(?:franc|htmlparser2)/.test(name))).toEqual([])
    },
  )

  test("errand/shopify: Shopify's own client and a parser of its HTML, and nothing else of an author's shop", () => {
    expect(packed.loads('shopify.js')).toEqual(['@shopify/admin-api-client', 'htmlparser2', 'lru-cache', 'zod'])
  })

  test.each(['errand.js', 'testing.js', 'guards.js', 'mcp.js', 'shopify.js'])(
    '%s: nothing that serves, and nothing of a platform',
    (entry) => {
      const heavy = /^(?:node:|cloudflare:|@ai-sdk|@hono\/node-server|undici|pg|commander|zod-openapi)/
      expect(packed.loads(entry).filter((name) => heavy.test(name))).toEqual([])
    },
  )

  test('a Worker: nothing of Node, of Postgres or of the command line', () => {
    const loaded = packed.loads('cloudflare.js')
    expect(loaded).toContain('cloudflare:workers')
    expect(
      loaded.filter((name) => /^(?:node:|undici|pg$|commander|@hono\/node-server|@modelcontextprotocol)/.test(name)),
    ).toEqual([])
  })

  test('a server on SQLite: nothing of Postgres or of the command line', () => {
    const loaded = packed.loads('node.js')
    expect(loaded).toContain('node:sqlite')
    expect(loaded.filter((name) => /^(?:pg$|commander|@modelcontextprotocol)/.test(name))).toEqual([])
  })
})

describe('types', () => {
  const OPTIONS = {
    strict: true,
    module: 'nodenext',
    target: 'es2024',
    noEmit: true,
    skipLibCheck: false,
    allowImportingTsExtensions: true,
  }

  function problemsIn(files: readonly string[], options: object): string {
    packed.write('tsconfig.json', JSON.stringify({ compilerOptions: { ...OPTIONS, ...options }, files }))
    try {
      return execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', packed.project], {
        encoding: 'utf8',
      })
    } catch (error) {
      return (error as { readonly stdout: string }).stdout
    }
  }

  test('an agent, its config, its client and its test compile without the types of a platform', () => {
    packed.write('agent.ts', readFileSync(join(import.meta.dirname, 'author/agent.ts'), 'utf8'))
    expect(problemsIn(['agent.ts'], { lib: ['es2024', 'webworker'], types: [] })).toBe('')
  })

  test('a Worker compiles with the types of Workers', () => {
    packed.link('@cloudflare/workers-types')
    packed.write(
      'worker.ts',
      `import { createWorker } from 'errand/cloudflare'
      import { config } from './agent.ts'
      const worker = createWorker(config)
      export const { AgentJob, BulkOperation } = worker
      export default worker.handler satisfies ExportedHandler<Parameters<typeof worker.handler.fetch>[1]>`,
    )
    const types = ['@cloudflare/workers-types']
    expect(problemsIn(['worker.ts'], { lib: ['es2024'], types, skipLibCheck: true })).toBe('')
  })
})

/** Binaries of other Nodes come from a project of its own, which `.ci/run` installs. */
const OTHERS = join(ROOT, 'toolchain/nodes/node_modules')

const RUNTIMES = [
  { name: 'Node 22.13', command: join(OTHERS, 'node-22/bin/node'), flags: [] },
  { name: 'Node 24', command: join(OTHERS, 'node-24/bin/node'), flags: [] },
  { name: 'Node 26', command: process.execPath, flags: [] },
  { name: 'Bun', command: join(ROOT, 'node_modules/.bin/bun'), flags: [] },
  {
    name: 'Deno',
    command: join(ROOT, 'node_modules/.bin/deno'),
    flags: ['run', '--allow-all', '--unstable-no-legacy-abort'],
  },
]

/** Node 22 says that SQLite is an experiment, and the server logs what it did. */
const QUIET = /^$|SQLite is an experimental|--trace-warnings|"level":"info"/

describe.concurrent('a job from the package', () => {
  beforeAll(() => {
    packed.write('author.mjs', readFileSync(join(import.meta.dirname, 'author/author.mjs'), 'utf8'))
  })

  test.for(RUNTIMES)('$name', async ({ name, command, flags }, { expect, skip }) => {
    skip(!existsSync(command) && !process.env['CI'], 'not installed: npm ci --prefix toolchain/nodes')
    const dataDir = join(packed.project, `data-${name.replaceAll(/\W/g, '')}`)
    const { stdout, stderr } = await promisify(execFile)(command, [...flags, 'author.mjs'], {
      cwd: packed.project,
      env: { PATH: process.env['PATH'], ERRAND_PORT: '0', ERRAND_DATA_DIR: dataDir },
    })
    expect(stdout).toMatch(/completed: .*count_words returned/s)
    expect(stderr.split('\n').filter((line) => !QUIET.test(line))).toEqual([])
  })
})
