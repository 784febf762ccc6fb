import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '#test/support/eventually.ts'

const WRITER = `import('#adapters/node/process/line-output.ts').then(({ LineOutput }) => {
  const output = new LineOutput(process.stderr)
  process.on('message', (line) => process.send(output.write(line)))
  process.send('ready')
})`

describe('lines for a log', () => {
  let folder: string
  let children: ChildProcess[]

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'errand-'))
    children = []
  })

  afterEach(() => {
    for (const child of children) child.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })

  /** A process of its own whose stderr is the file or a pipe, and that may write so many blocks of 1024 bytes to a file. */
  async function startWriter(stderr: number | 'pipe', blocks: number | 'unlimited') {
    const child = spawn('bash', ['-c', `ulimit -f ${String(blocks)}; exec "$0" -e "$1"`, process.execPath, WRITER], {
      stdio: ['ignore', 'ignore', stderr, 'ipc'],
    })
    children.push(child)
    await once(child, 'message')
    const write = async (line: string): Promise<unknown> => {
      const answer = Promise.race([once(child, 'message'), once(child, 'exit').then(() => ['it has ended'])])
      child.send(line)
      return ((await answer) as unknown[])[0]
    }
    return { child, write }
  }

  async function writerTo(path: string, blocks: number | 'unlimited') {
    const stderr = openSync(path, 'a')
    const { write } = await startWriter(stderr, blocks)
    closeSync(stderr)
    return write
  }

  test('that do not fit are dropped, and the next one that does is whole', async () => {
    const path = join(folder, 'log')
    const write = await writerTo(path, 1)
    expect(await write('a'.repeat(1000))).toBe(true)
    expect(await write('b'.repeat(100))).toBe(false)
    expect(await write('c')).toBe(false)
    truncateSync(path)
    expect(await write('d')).toBe(true)
    expect(await write('e')).toBe(true)
    expect(readFileSync(path, 'utf8')).toBe('\nd\ne\n')
  })

  test.skipIf(process.platform !== 'linux')('for a full device are dropped', async () => {
    const write = await writerTo('/dev/full', 'unlimited')
    expect(await write('a')).toBe(false)
    expect(await write('b')).toBe(false)
  })

  test('do not end the process when their reader has gone', async () => {
    const { child, write } = await startWriter('pipe', 'unlimited')
    child.stderr?.destroy()
    for (const line of ['a', 'b', 'c']) expect(await write(line)).toBeTypeOf('boolean')
  })

  test('are dropped while their reader takes nothing, and taken again afterwards', async () => {
    const { child, write } = await startWriter('pipe', 'unlimited')
    const line = 'x'.repeat(1024 * 1024 + 1)
    await write(line)
    await write(line)
    expect(await write('a')).toBe(false)
    child.stderr?.resume()
    await eventually(async () => {
      expect(await write('b')).toBe(true)
    })
  })
})
