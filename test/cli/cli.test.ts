import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlApiKeys, apiKeySchema } from '#adapters/sql/api-keys.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { type ServerProcess, startServer } from '#test/support/server-process.ts'

let folder: string
let server: ServerProcess | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'errand-'))
  server = undefined
})

afterEach(async () => {
  await server?.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

interface Ending {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** @param cwd relative to the repository. */
async function errand(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = '.'): Promise<Ending> {
  return new Promise((settle) => {
    const options = { cwd, env: { PATH: process.env['PATH'], ERRAND_DATA_DIR: folder, ...env } }
    const child = execFile(
      process.execPath,
      [resolve('composition/cli/cli.js'), ...args],
      options,
      (_error, stdout, stderr) => {
        settle({ code: child.exitCode ?? -1, stdout, stderr })
      },
    )
  })
}

const apron = ['--input', '{"product": "linen-apron"}']

describe('errand, without a server', () => {
  test('agents: lists them', async () => {
    expect(await errand(['agents'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^product-copywriter {2}Writes/) as unknown,
    })
    const [, writer] = JSON.parse((await errand(['agents', '--json'])).stdout) as readonly unknown[]
    expect(writer).toMatchObject({ name: 'draft-writer', tools: ['read_product', 'save_draft'] })
    expect(writer).toHaveProperty('input.properties.product')
  })

  test('explain: says what a code means, and lists the codes', async () => {
    expect(await errand(['explain', 'job-not-retryable'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^job_not_retryable\n\nWhy {9}Only a job .*\nWhat to do {2}Submit/) as unknown,
    })
    expect((await errand(['explain'])).stdout).toContain('\noutcome_unknown\n')
    expect(await errand(['explain', 'lost'])).toMatchObject({
      code: 1,
      stderr: 'errand: There is no error code "lost". "errand explain" lists them.\n',
    })
  })

  test('run: streams the text, prints the report, and its tools have done their work', async () => {
    const run = await errand(['run', 'draft-writer', ...apron])
    expect(run.code).toBe(0)
    const report = JSON.parse(run.stdout) as { output: string }
    expect(report).toMatchObject({ stopReason: 'finished', startedAt: expect.stringMatching(/^20.*Z$/) as unknown })
    expect(run.stderr).toBe(`${report.output}\n`)
    expect(report.output).toContain('offline demo model')

    const database = new SqliteDatabase(join(folder, 'errand.db'))
    const drafts = await database.query("SELECT text FROM drafts WHERE product = 'linen-apron' ORDER BY language")
    await database.close()
    expect(drafts).toEqual([
      { text: expect.stringContaining('Linen apron by') as unknown },
      { text: expect.stringContaining('Linen apron från') as unknown },
    ])
  })

  test.each([
    { args: ['run', 'nobody', '--input', '1'], says: 'errand: There is no agent named "nobody"' },
    {
      args: ['run', 'draft-writer', '--input', 'a sentence'],
      says: 'errand: The input does not fit agent "draft-writer"',
    },
    { args: ['run', 'draft-writer'], says: "errand: required option '--input" },
    { args: ['status', 'job_1'], says: 'errand: No server answers at http://127.0.0.1:9' },
  ])('$args: one sentence and exit code 1', async ({ args, says }) => {
    const { code, stderr, stdout } = await errand(args, { ERRAND_URL: 'http://127.0.0.1:9' })
    expect(code).toBe(1)
    expect(stderr).toContain(says)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stdout).toBe('')
  })

  test('mistakes in the settings are told before anything is done', async () => {
    const env = { ERRAND_PORT: 'x', ERRAND_CONCURRENCY: '0', ERRAND_APIKEY: 'k' }
    const ran = await errand(['run', 'draft-writer', '--input', '{}'], env)
    expect(ran.code).toBe(1)
    expect(ran.stderr).toMatch(/ERRAND_PORT must be [^]*ERRAND_CONCURRENCY must be [^]*ERRAND_APIKEY is not a setting/)
    // What only a server needs is not checked by a command that calls one.
    const listed = await errand(['list'], env)
    expect([listed.code, listed.stderr]).toEqual([
      1,
      expect.stringMatching(/ERRAND_PORT must be .*\n.*ERRAND_APIKEY is not a setting of Errand\n$/),
    ])
  })
})

describe('what a command loads', () => {
  /** What other commands do when they are run. */
  const WORK = ['adapters/client', '/diff/', '/papaparse/', 'cli/batch/run-batch', 'cli/proposals/review']
  test.each([
    { args: ['--help'], never: ['adapters/postgres', '@ai-sdk', 'undici', 'sqlite', ...WORK] },
    { args: ['keys', 'create', '--setting'], never: ['adapters/postgres', '@ai-sdk', 'undici', 'sqlite'] },
    { args: ['agents'], never: ['adapters/postgres', 'adapters/client', '/diff/'] },
    { args: ['explain', 'poisoned'], never: ['/zod/', ...WORK] },
    { args: ['completion', 'bash'], never: ['/zod/', ...WORK] },
  ])('errand $args: what it does not need is not loaded', async ({ args, never }) => {
    const { code, stderr } = await errand(args, { NODE_OPTIONS: '--import ./test/support/tell-loads.ts' })
    expect(code).toBe(0)
    const loads = stderr.split('\n').filter((line) => line.startsWith('loads '))
    expect(loads.length).toBeGreaterThan(10)
    for (const part of never) expect(loads.filter((line) => line.includes(part))).toEqual([])
  })
})

describe('errand keys', () => {
  test('create shows a key once; list shows it never; revoke ends it', async () => {
    const create = 'keys create --tenant acme --scopes read,submit --name till'
    const { stdout, stderr } = await errand(create.split(' '))
    expect(stdout).toMatch(/^errand_[0-9a-f]{16}_[0-9a-f]{72}\n$/)
    const id = stdout.split('_')[1] ?? ''
    expect(stderr).toContain(`Key ${id} of tenant "acme" for submit, read.`)
    const listed = await errand(['keys', 'list'])
    expect(listed.stdout).toMatch(new RegExp(`^${id}  acme  submit,read  \\S+  active  till\n$`))
    expect(listed.stdout).not.toContain(stdout.trim())
    expect(stderr).toMatch(/^Its hash is stored in .+: the server there takes the key\.$/m)
    const [shown] = JSON.parse((await errand(['keys', 'list', '--json'])).stdout) as readonly object[]
    expect(shown).toMatchObject({ id, tenantId: 'acme', scopes: ['submit', 'read'], name: 'till', revokedAt: null })
    expect(Object.keys(shown ?? {})).not.toContain('hash')
    const others = await errand(['keys', 'list', '--tenant', 'other'])
    expect([others.stdout, others.stderr]).toEqual(['', expect.stringContaining('There are no such keys in ')])
    const other = (await errand(['keys', 'create'])).stdout.split('_')[1] ?? ''
    expect((await errand(['keys', 'revoke', other])).stderr).toBe(`Key ${other} is revoked.\n`)
    const last = await errand(['keys', 'revoke', id])
    expect(last.code).toBe(0)
    expect(last.stderr).toMatch(
      /It was the last key in this database: every request is refused now.*errand keys create/,
    )
    expect((await errand(['keys', 'list'])).stdout).toContain('revoked')
    expect(await errand(['keys', 'revoke', 'x'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no key "x"') as unknown,
    })
  })

  test('create --setting prints what a server elsewhere takes, and stores nothing here', async () => {
    const { stdout, stderr } = await errand(['keys', 'create', '--setting', '--scopes', 'admin'])
    expect(stdout).toMatch(/^[0-9a-f]{16}:default:admin:[0-9a-f]{64}\n$/)
    expect(stderr).toMatch(/^errand_[0-9a-f]{16}_[0-9a-f]{72}$/m)
    expect((await errand(['keys', 'list'])).stdout).toBe('')
    expect((await errand(['agents'], { ERRAND_API_KEYS: stdout.trim() })).code).toBe(0)
  })

  test.each([
    ['create', '--setting'],
    ['create', '--sql'],
    ['revoke', '0123456789abcdef', '--sql'],
  ])('%s, for a server elsewhere, opens nothing here', async (...args) => {
    const nowhere = join(folder, 'nowhere')
    expect((await errand(['keys', ...args], { ERRAND_DATA_DIR: nowhere })).code).toBe(0)
    expect(existsSync(nowhere)).toBe(false)
  })

  test.each(['create', 'list'])('%s beside no project says so, and makes no database there', async (command) => {
    const elsewhere = mkdtempSync(join(folder, 'elsewhere-'))
    const { code, stderr } = await errand(['keys', command], { ERRAND_DATA_DIR: '' }, elsewhere)
    expect([code, stderr]).toEqual([1, expect.stringContaining('neither a project nor a data directory')])
    expect(readdirSync(elsewhere)).toEqual([])
  })

  test('create --sql prints a statement that the database takes, whatever the name', async () => {
    const { stdout } = await errand(['keys', 'create', '--sql', '--tenant', 'acme', '--name', "it's"])
    const db = new SqliteDatabase(':memory:')
    await migrate(db, apiKeySchema)
    await db.batch([{ sql: stdout, params: [] }])
    expect(await new SqlApiKeys(db).list('acme')).toMatchObject([{ name: "it's", revokedAt: null }])
  })

  test.each([
    [['--scopes', 'everything'], 'There is no scope "everything"'],
    [['--tenant', 'a b'], 'A tenant is 1 to 64'],
  ])('create %j is refused', async (args, says) => {
    expect(await errand(['keys', 'create', ...args])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(says) as unknown,
    })
  })
})

describe('errand, with a server', () => {
  test('submit and status', async () => {
    server = await startServer({
      command: [process.execPath, 'examples/shop/server.ts'],
      env: { ERRAND_PORT: '0', ERRAND_DATA_DIR: folder },
      ready: /listens on (\S+)/,
    })
    const env = { ERRAND_URL: server.url }
    const submitted = await errand(['submit', 'draft-writer', ...apron], env)
    const id = /^(job_\w{26}) {2}queued {2}draft-writer\n$/.exec(submitted.stdout)?.[1] ?? ''
    expect(submitted).toMatchObject({ code: 0, stderr: `To follow it: errand watch ${id}\n` })
    const status = await errand(['status', id], env)
    expect(JSON.parse(status.stdout)).toMatchObject({ id, agent: 'draft-writer' })
    expect(await errand(['status', 'job_1'], env)).toMatchObject({
      code: 1,
      stderr: 'errand: There is no job "job_1".\n("errand explain job_not_found" says more.)\n',
    })
  })

  test.each(['/shop/errand', '/shop/errand/'])('a server may live below a path: %s', async (path) => {
    const asked: string[] = []
    const proxy = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.end('{"id": "job_1"}')
    })
    await once(proxy.listen(0, '127.0.0.1'), 'listening')
    const { port } = proxy.address() as AddressInfo
    const status = await errand(['status', 'job_1'], { ERRAND_URL: `http://127.0.0.1:${String(port)}${path}` })
    proxy.close()
    expect(status.code).toBe(0)
    expect(asked).toEqual(['/shop/errand/jobs/job_1'])
  })
})
