import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LocalDispatchLog } from '#adapters/local/dispatch-log.ts'
import { bootId } from '#adapters/node/engine/boot-id.ts'
import { FileDispatchLog } from '#adapters/node/engine/dispatch-log.ts'
import { nodeDispatchLog } from '#composition/node/dispatch-log.ts'
import { RecordingLogger } from '#test/support/recording-logger.ts'
import { silentLogger } from '#test/support/silent-logger.ts'

const BOOT = '11111111-2222-3333-4444-555555555555'
let directory: string
const open: FileDispatchLog[] = []

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'errand-'))
})
afterEach(() => {
  for (const log of open.splice(0)) log.close()
  rmSync(directory, { recursive: true })
})

function start(executorId: string, boot = BOOT): FileDispatchLog {
  const log = new FileDispatchLog({ directory, executorId, bootId: boot, logger: silentLogger })
  open.push(log)
  return log
}

/** What `exec_1` has left behind: it made the call "made", and no other. */
function leave(): string {
  const log = start('exec_1')
  log.record('made')
  log.close()
  return join(directory, 'exec_1.calls')
}

/** A process that notes so many calls; returns what kills it. */
async function startProcess(count: number, limit = ''): Promise<{ readonly said: string; kill(): Promise<void> }> {
  const script = join(import.meta.dirname, 'dispatch-process.ts')
  const command = `${limit} exec "$0" "$@"`
  const child = spawn('bash', ['-c', command, process.execPath, script, directory, 'exec_1', BOOT, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    said += String(chunk)
    if (said.includes('noted')) break
  }
  return {
    said,
    kill: async () => {
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
    },
  }
}

describe('FileDispatchLog', () => {
  test('knows what a process noted that was killed with -9, and nothing while it lives', async () => {
    const { kill } = await startProcess(1000)
    const log = start('exec_2')
    expect(log.neverMade('exec_1', 'job/1001')).toBe(false)
    await kill()
    const made = Array.from({ length: 1000 }, (_, n) => log.neverMade('exec_1', `job/${String(n + 1)}`))
    expect(made.filter(Boolean)).toEqual([])
    expect(log.neverMade('exec_1', 'job/1001')).toBe(true)
  })

  test('is withdrawn when a note cannot be written, and proves nothing from then on', async () => {
    // Room for the header and 16 notes. Node ignores the signal that comes with the limit.
    const { said, kill } = await startProcess(17, 'ulimit -f 1;')
    await kill()
    expect(said).toContain('The dispatch log cannot be written.')
    expect(readdirSync(directory)).toEqual(['exec_1.calls.lock'])
    expect(start('exec_2').neverMade('exec_1', 'job/18')).toBe(false)
  })

  test.each<[string, (path: string) => void]>([
    [
      'is missing',
      (path) => {
        rmSync(path)
      },
    ],
    [
      'is empty',
      (path) => {
        truncateSync(path)
      },
    ],
    [
      'has half a header',
      (path) => {
        truncateSync(path, 100)
      },
    ],
    [
      'is a copy',
      (path) => {
        cpSync(path, `${path}.copy`)
        rmSync(path)
        cpSync(`${path}.copy`, path)
      },
    ],
    [
      'names another executor',
      (path) => {
        writeFileSync(path, readFileSync(path, 'latin1').replace('exec_1', 'exec_9'), 'latin1')
      },
    ],
  ])('proves nothing where the file %s', (_what, damage) => {
    damage(leave())
    const log = start('exec_2')
    expect([log.neverMade('exec_1', 'not made'), log.isDead('exec_1')]).toEqual([false, false])
  })

  test('proves nothing of before the machine was started anew', () => {
    leave()
    const log = start('exec_2', '99999999-2222-3333-4444-555555555555')
    expect([log.neverMade('exec_1', 'not made'), log.isDead('exec_1')]).toEqual([false, false])
  })

  test('takes a note that was cut off for one of a call that was not made', () => {
    const path = leave()
    writeFileSync(path, 'half a note', { flag: 'a' })
    const log = start('exec_2')
    expect([log.neverMade('exec_1', 'made'), log.neverMade('exec_1', 'not made')]).toEqual([false, true])
  })

  test('grows no longer than the most calls that were under way', () => {
    const log = start('exec_1')
    for (let n = 0; n < 10_000; n++) {
      log.record(`job/${String(n)}`)
      log.forget(`job/${String(n - 9)}`)
    }
    expect(statSync(join(directory, 'exec_1.calls')).size).toBe(512 + 10 * 32)
  })

  test('knows no result of a call whose slot was cut off, or does not hold it', () => {
    const log = start('exec_1')
    for (const key of ['whole', 'cut', 'large']) log.record(key)
    const result = { callId: 'a', name: 'save', isError: false, output: 'done' }
    log.returned('whole', result)
    log.returned('cut', { ...result, output: 'x'.repeat(1000) })
    log.returned('large', { ...result, output: 'x'.repeat(16 * 1024) })
    log.close()
    const path = join(directory, 'exec_1.calls.results')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    truncateSync(path, 16 * 1024 + 500)
    const later = start('exec_2')
    const results = ['whole', 'cut', 'large'].map((key) => later.resultOf('exec_1', key))
    expect(results).toEqual([result, null, null])
    expect(later.neverMade('exec_1', 'large')).toBe(false)
  })

  test('keeps no result once no call is in flight, and no file of results of a dead process', () => {
    const log = start('exec_1')
    log.record('made')
    log.returned('made', { callId: 'a', name: 'save', isError: false, output: 'secret' })
    const path = join(directory, 'exec_1.calls.results')
    expect(readFileSync(path, 'utf8')).toContain('secret')
    log.forget('made')
    expect(statSync(path).size).toBe(0)
    log.close()
    start('exec_2', '99999999-2222-3333-4444-555555555555')
    expect(readdirSync(directory).filter((name) => name.startsWith('exec_1'))).toEqual([])
  })

  test('is for nobody else to read, and keeps the files of the last fifty executors', () => {
    for (let n = 100; n < 160; n++) start(`exec_${String(n)}`).close()
    expect(readdirSync(directory).filter((name) => name.endsWith('.calls'))).toHaveLength(51)
    expect(statSync(join(directory, 'exec_159.calls')).mode & 0o777).toBe(0o600)
    const log = start('exec_160', '99999999-2222-3333-4444-555555555555')
    expect(readdirSync(directory).sort()).toEqual(['exec_160.calls', 'exec_160.calls.lock'])
    log.close()
  })

  test('leaves the files of executors that live where they are', () => {
    start('exec_1').record('made')
    start('exec_2', '99999999-2222-3333-4444-555555555555')
    expect(readdirSync(directory)).toContain('exec_1.calls')
  })
})

describe('a Node process', () => {
  test('keeps its dispatch log in the data directory', () => {
    expect(bootId()).toMatch(/^[0-9a-f-]{36}$/)
    const log = nodeDispatchLog({ dataDir: directory, executorId: 'exec_1', logger: silentLogger })
    expect(log).toBeInstanceOf(FileDispatchLog)
    if (log instanceof FileDispatchLog) log.close()
    expect(readdirSync(join(directory, 'dispatch'))).toContain('exec_1.calls')
  })

  test('does without one where it cannot write, and says so', () => {
    const logger = new RecordingLogger()
    const file = join(directory, 'file')
    writeFileSync(file, '')
    const log = nodeDispatchLog({ dataDir: file, executorId: 'exec_1', logger })
    expect(log).toBeInstanceOf(LocalDispatchLog)
    expect(JSON.stringify(logger)).toContain('There is no dispatch log')
  })
})
