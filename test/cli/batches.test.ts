import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ServerProcess, startServer } from '#test/support/server-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'errand-'))
let server: ServerProcess

beforeAll(async () => {
  server = await startServer({
    command: [process.execPath, 'examples/shop/server.ts'],
    env: { ERRAND_PORT: '0', ERRAND_DATA_DIR: folder },
    ready: /listens on (\S+)/,
  })
})

afterAll(async () => {
  await server.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

interface Running {
  readonly child: ChildProcess
  output(): string
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>
}

function start(...args: readonly string[]): Running {
  const env = { PATH: process.env['PATH'], ERRAND_URL: server.url }
  const child = spawn(process.execPath, ['composition/cli/cli.js', 'batch', ...args], { env })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, stdout, stderr }))
  return { child, output: () => stderr, ended }
}

const errand = (...args: readonly string[]) => start(...args).ended

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const idIn = (text: string): string => /bat_\w{26}/.exec(text)?.[0] ?? ''

test('run: uploads CSV, follows the batch, and results has the keys', async () => {
  const path = file('a.csv', '\uFEFFproduct\r\nlinen-apron\r\n"wool-throw"\r\n\r\n')
  const run = await errand('run', 'draft-writer', path, '--key', 'product', '--name', 'spring', '--json')
  expect([run.code, JSON.parse(run.stdout)]).toMatchObject([
    0,
    { status: 'completed', name: 'spring', itemKey: 'product', counts: { completed: 2, failed: 0 } },
  ])
  const id = idIn(run.stderr)
  const results = (await errand('results', id)).stdout.trim().split('\n')
  expect(results.map((one) => JSON.parse(one) as object)).toMatchObject([{ key: 'linen-apron' }, { key: 'wool-throw' }])
  expect((await errand('list')).stdout).toContain(`${id}  completed  draft-writer  2      2 completed  spring`)
})

test('run: says which lines failed, and ends with 1', async () => {
  const path = file('b.ndjson', '{"input": {"product": "linen-apron"}}\nnonsense\n')
  const run = await errand('run', 'draft-writer', path)
  expect(run.code).toBe(1)
  expect(run.stderr).toContain('line 2  malformed_json')
  expect(run.stderr).toContain(`errand batch results ${idIn(run.stdout)} --status failed`)
  expect(run.stdout).toContain('2 lines: 1 completed, 1 failed')
  expect(run.stdout).toMatch(/^refused +1 of the failed/m)
  expect(run.stderr).toContain('Correct them, and upload them as a new batch.')
  expect(run.stderr).not.toContain('retry-failed')
  const retry = await errand('retry-failed', idIn(run.stdout))
  expect([retry.code, retry.stdout]).toEqual([1, ''])
  expect(retry.stderr).toMatch(/0 of the 1 failed items .* their lines are the problem/)
  expect(run.stdout).toMatch(/^name +b\.ndjson$/m)
})

test.each([
  {
    name: 'c.csv',
    text: 'product\nlinen-apron\n',
    says: 'There is no column "sku" for --key. The columns are product.',
  },
  { name: 'd.csv', text: 'a,a\n1,2\n', says: 'Two columns have the name "a".' },
  { name: 'e.csv', text: '', says: 'The first row of the file must name the fields' },
  { name: 'f.csv', text: 'a,,b\n', says: 'Column 2 has no name' },
  { name: 'g.xlsx', text: '', says: 'must be in a file that ends in .ndjson' },
])('run $name: makes no batch of a file that cannot be meant', async ({ name, text, says }) => {
  const run = await errand('run', 'draft-writer', file(name, text), '--key', 'sku')
  expect([run.code, run.stdout, idIn(run.stderr)]).toEqual([1, '', ''])
  expect(run.stderr).toContain(says)
})

test('run: an upload that breaks off says how to go on, and goes on', async () => {
  const path = file('h 1.csv', 'product\nlinen-apron\nwool-throw,too much\n')
  const broken = await errand('run', 'draft-writer', path, '--key', 'product')
  expect([broken.code, broken.stderr]).toEqual([1, expect.stringContaining('Row 3 has 2 cells') as string])
  const id = idIn(broken.stderr)
  expect(broken.stderr).toContain(`errand batch run draft-writer '${path}' --key product --resume ${id}`)
  file('h 1.csv', 'product\nlinen-apron\nwool-throw\n')
  const resumed = await errand('run', 'draft-writer', path, '--key', 'product', '--resume', id)
  expect([resumed.code, resumed.stdout]).toEqual([0, expect.stringContaining(id) as string])
})

test('an interrupt leaves the batch running and says how to come back; it can be paused, resumed and canceled', async () => {
  const path = file('i.ndjson', '{"input": {"product": "linen-apron"}}\n'.repeat(3000))
  const run = start('run', 'draft-writer', path, '--max-concurrency', '1')
  while (!run.output().includes('lines uploaded')) await once(run.child.stderr ?? run.child, 'data')
  run.child.kill('SIGINT')
  const { code, stderr } = await run.ended
  const id = idIn(stderr)
  expect([code, stderr]).toEqual([130, expect.stringContaining(`errand batch watch ${id}`) as string])
  expect((await errand('pause', id)).stdout).toMatch(/status +paused/)
  expect((await errand('resume', id)).stdout).toMatch(/status +running/)
  expect((await errand('cancel', id)).stdout).toMatch(/status +canceled/)
  expect(await errand('watch', id)).toMatchObject({ code: 1, stdout: expect.stringContaining('canceled') as string })
  expect(await errand('retry-failed', id)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('it is canceled') as string,
  })
})

test('a batch that there is not', async () => {
  expect((await errand('show', 'bat_1')).stderr).toBe(
    'errand: There is no batch "bat_1".\n("errand explain batch_not_found" says more.)\n',
  )
})
