import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'errand-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

interface Start {
  readonly dataDir?: string
  readonly flags?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly uid?: number
}

function errand(
  args: readonly string[],
  { dataDir = join(folder, 'data'), flags = [], env = {}, ...user }: Start = {},
) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, 'composition/cli/cli.js', ...args], {
    env: { PATH: process.env['PATH'], ERRAND_DATA_DIR: dataDir, ...env },
    encoding: 'utf8',
    ...user,
  })
  return { status, stdout, stderr }
}

/** The URLs of the modules that a command has loaded. */
function loadedBy(args: readonly string[], status = 0): readonly string[] {
  const file = join(mkdtempSync(join(folder, 'loaded-')), 'modules')
  const flags = ['--import', './test/support/loaded-modules.ts']
  const env = { LOADED_MODULES: file, ERRAND_URL: 'http://127.0.0.1:9' }
  expect(errand(args, { flags, env }).status).toBe(status)
  return readFileSync(file, 'utf8').trim().split('\n')
}

/** What a command has loaded: packages by their name, our own modules by their path. */
function modulesOf(args: readonly string[]): ReadonlySet<string> {
  const urls = loadedBy(args)
  const root = `${process.cwd()}/`
  return new Set(
    urls.map((url) => {
      const [, name] = /\/node_modules\/(?!.*\/node_modules\/)((?:@[^/]+\/)?[^/]+)/.exec(url) ?? []
      return name ?? url.replace('file://', '').replace(root, '')
    }),
  )
}

/** What serves, executes or speaks to others. */
const HEAVY =
  /^(?:hono|undici|pg|zod-openapi|@hono\/.*|@ai-sdk\/.*|adapters\/(?:postgres|models(?!\/scripted-models)|node\/http)\/.*|adapters\/http\/(?!wire\/|own-).*)$/

describe('a command loads only what it needs', () => {
  // The first command makes the tables.
  beforeAll(() => {
    errand(['keys', 'list'])
  })

  test('keys list', () => {
    const loaded = modulesOf(['keys', 'list'])
    expect([...loaded].filter((name) => HEAVY.test(name))).toEqual([])
    expect(loaded).toContain('adapters/node/sqlite/connection.ts')
    // A thread has modules of its own.
    expect(loaded).not.toContain('adapters/node/sqlite/thread-entry.ts')
  })

  test('agents: the project, and nothing that stores or executes', () => {
    const loaded = modulesOf(['agents'])
    const unneeded = /^(?:tsyringe|application\/(?!(?:schedule|tenant)\/).*|adapters\/sql\/job-.*)$/
    expect([...loaded].filter((name) => HEAVY.test(name) || unneeded.test(name))).toEqual([])
    expect(loaded).toContain('domain/agent/registry.ts')
  })

  // A module costs about two milliseconds of CPU, so their number is how long a command takes to start.
  test.each([
    { args: ['--help'], most: 95 },
    { args: ['open', '--print'], most: 95 },
    { args: ['list'], most: 120, status: 1 },
    { args: ['schedules', 'list'], most: 120, status: 1 },
    { args: ['keys', 'list'], most: 130 },
    { args: ['agents'], most: 400 },
  ])('$args: at most $most modules', ({ args, most, status = 0 }) => {
    const loaded = loadedBy(args, status)
    expect(loaded.length).toBeLessThanOrEqual(most)
    if (most < 200) expect(loaded.filter((url) => url.includes('/node_modules/zod/'))).toEqual([])
  })

  test('--help opens nothing', () => {
    const loaded = modulesOf(['--help'])
    expect(
      [...loaded].filter((name) => HEAVY.test(name) || /^(?:tsyringe|adapters\/(?:node\/sqlite|sql)\/.*)$/.test(name)),
    ).toEqual([])
  })

  test('and the list above tells: running an agent does load what calls models, and no network without a key', () => {
    const loaded = modulesOf(['run', 'draft-writer', '--input', '{"product": "linen-apron"}'])
    expect([...loaded].filter((name) => HEAVY.test(name)).length).toBeGreaterThan(3)
    expect(loaded).not.toContain('undici')
  })
})

test('a Node that strips no types by itself runs a project in TypeScript', () => {
  const { status, stdout } = errand(['agents'], { flags: ['--no-strip-types'] })
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^product-copywriter /)])
})

test('a Node that is too old says so in one sentence', () => {
  const old = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '22.12.9' } })`
  const { status, stdout, stderr } = errand(['agents'], { flags: ['--import', old] })
  expect([status, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^errand: Errand needs Node 22\.13 or newer, and this is Node 22\.12\.9: .*\n$/)
})

/** Makes a data directory that cannot be used, and says what must be told of it. */
const UNUSABLE: Record<string, (directory: string) => readonly [dataDir: string, said: RegExp]> = {
  'of another program': (directory) => {
    const db = new DatabaseSync(join(directory, 'errand.db'))
    db.exec('CREATE TABLE invoices (id); CREATE TABLE customers (id)')
    db.close()
    return [
      directory,
      /errand\.db is the database of another program \(its tables: customers, invoices\)\. Move it away, or set ERRAND_DATA_DIR/,
    ]
  },
  'that is no database': (directory) => {
    writeFileSync(join(directory, 'errand.db'), 'A letter, and no database at all. '.repeat(200))
    return [directory, /errand\.db is not an SQLite database: .* Move it away, or set ERRAND_DATA_DIR/]
  },
  'that is damaged': (directory) => {
    errand(['keys', 'list'], { dataDir: directory })
    const file = join(directory, 'errand.db')
    writeFileSync(file, Buffer.alloc(statSync(file).size - 100, 0xff), { flag: 'r+' })
    return [directory, /errand\.db is (?:damaged|not an SQLite database).* (?:Restore it from a backup|Move it away)/]
  },
  'in a file': (directory) => {
    writeFileSync(join(directory, 'file'), '')
    return [join(directory, 'file'), /"\S+file" leads through a file and is no directory .* Correct ERRAND_DATA_DIR/]
  },
  'below a file': (directory) => {
    writeFileSync(join(directory, 'file'), '')
    return [join(directory, 'file', 'below'), /leads through a file and is no directory .* Correct ERRAND_DATA_DIR/]
  },
  'in /proc': () => ['/proc/foo', /No directory can be made at "\/proc\/foo" \(ENOENT\)\. Correct ERRAND_DATA_DIR/],
  'under a name that is too long': (directory) => [
    join(directory, 'x'.repeat(300)),
    /No directory can be made at ".*" \(ENAMETOOLONG\)\. Correct ERRAND_DATA_DIR/,
  ],
  'whose database is a directory': (directory) => {
    mkdirSync(join(directory, 'errand.db'))
    return [directory, /errand\.db/]
  },
}

describe('a data directory that cannot be used costs one sentence', () => {
  test.each(Object.entries(UNUSABLE))('%s', (_name, make) => {
    const [dataDir, said] = make(mkdtempSync(join(folder, 'unusable-')))
    const { status, stdout, stderr } = errand(['keys', 'list'], { dataDir })
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(said)
    expect(stderr).toMatch(/^errand: [^\n]*\.\n$/)
  })

  /** The superuser may write everywhere, so it becomes another user, who must be able to read this project. */
  const other = process.getuid?.() === 0 ? { uid: 65_534 } : {}
  const canRun = spawnSync(process.execPath, ['--print', '1'], { ...other, cwd: process.cwd() }).status === 0

  test.skipIf(!canRun)('without the right to write (where a user other than root can read this project)', () => {
    chmodSync(folder, 0o755)
    const directory = mkdtempSync(join(folder, 'readonly-'))
    for (const prepare of [() => undefined, () => errand(['keys', 'list'], { dataDir: directory })]) {
      chmodSync(directory, 0o755)
      prepare()
      chmodSync(directory, 0o555)
      const { status, stdout, stderr } = errand(['keys', 'list'], { dataDir: directory, ...other })
      expect([status, stdout]).toEqual([1, ''])
      expect(stderr).toMatch(
        /^errand: This user may not write to \S+errand\.db or its directory .* \(E(?:ACCES|PERM)\)\. Give it the right to, or set ERRAND_DATA_DIR to another directory\.\n$/,
      )
    }
    chmodSync(directory, 0o755)
  })
})
