import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
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

async function errand(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ending> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env['PATH'], ERRAND_DATA_DIR: folder, ...env } }
    const child = execFile(
      process.execPath,
      ['composition/node-cli.ts', ...args],
      options,
      (_error, stdout, stderr) => {
        resolve({ code: child.exitCode ?? -1, stdout, stderr })
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
  })

  test('run: streams the text, prints the report, and the drafts can be read back', async () => {
    const run = await errand(['run', 'product-copywriter', ...apron])
    expect(run.code).toBe(0)
    const report = JSON.parse(run.stdout) as { output: string }
    expect(report).toMatchObject({ stopReason: 'finished', startedAt: expect.stringMatching(/^20.*Z$/) as unknown })
    expect(run.stderr).toBe(`${report.output}\n`)
    expect(report.output).toContain('offline demo model')

    const drafts = await errand(['drafts', 'linen-apron'])
    expect(drafts.stdout).toMatch(/\[en\][^]*\[sv\][^]*från/)
  })

  test('products: lists the shop', async () => {
    const { stdout } = await errand(['products'])
    expect(stdout.trim().split('\n')).toHaveLength(40)
  })

  test.each([
    { args: ['run', 'nobody', '--input', '1'], says: 'errand: There is no agent named "nobody"' },
    {
      args: ['run', 'product-copywriter', '--input', 'a sentence'],
      says: 'errand: The input does not fit agent "product-copywriter"',
    },
    { args: ['drafts', 'no-such-thing'], says: 'errand: There is no product "no-such-thing"' },
    { args: ['run', 'product-copywriter'], says: "error: required option '--input" },
    { args: ['status', 'job_1'], says: 'errand: No server answers at http://127.0.0.1:9' },
  ])('$args: one sentence and exit code 1', async ({ args, says }) => {
    const { code, stderr, stdout } = await errand(args, { ERRAND_URL: 'http://127.0.0.1:9' })
    expect(code).toBe(1)
    expect(stderr).toContain(says)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stdout).toBe('')
  })

  test('mistakes in the settings are told before anything is done', async () => {
    const { code, stderr } = await errand(['agents'], { ERRAND_PORT: 'x', ERRAND_CONCURRENCY: '0' })
    expect(code).toBe(1)
    expect(stderr).toMatch(/ERRAND_PORT[^]*ERRAND_CONCURRENCY/)
  })
})

describe('errand, with a server', () => {
  test('submit and status', async () => {
    server = await startServer({
      args: ['composition/node.ts'],
      env: { ERRAND_PORT: '0', ERRAND_DATA_DIR: folder },
      ready: /listens on (\S+)/,
    })
    const env = { ERRAND_URL: server.url }
    const submitted = await errand(['submit', 'product-copywriter', ...apron], env)
    expect(submitted.code).toBe(0)
    const { id } = JSON.parse(submitted.stdout) as { id: string }
    const status = await errand(['status', id], env)
    expect(JSON.parse(status.stdout)).toMatchObject({ id, agent: 'product-copywriter' })
    expect(await errand(['status', 'job_1'], env)).toMatchObject({
      code: 1,
      stderr: 'errand: There is no job "job_1".\n',
    })
  })
})
