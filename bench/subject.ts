import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A process under measurement, with a folder of its own for whatever it stores. */
export class Subject {
  readonly url: string
  /** From its start to its first word. */
  readonly startMs: number
  readonly #child: ChildProcess
  readonly #folder: string

  private constructor(child: ChildProcess, folder: string, { url, startMs }: { url: string; startMs: number }) {
    this.#child = child
    this.#folder = folder
    this.url = url
    this.startMs = startMs
  }

  static async start(script: string, env: Readonly<Record<string, string>> = {}): Promise<Subject> {
    const folder = mkdtempSync(join(tmpdir(), 'errand-bench-'))
    const begun = performance.now()
    const child = spawn(process.execPath, [join(import.meta.dirname, script)], {
      env: { ...process.env, ERRAND_PORT: '0', ERRAND_DATA_DIR: folder, ERRAND_CONCURRENCY: '100', ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    // However the run ends, nothing goes on running.
    process.once('exit', () => child.kill('SIGKILL'))
    let printed = ''
    for await (const chunk of child.stdout) {
      printed += String(chunk)
      const url = /listens on (\S+)/.exec(printed)?.[1]
      if (url !== undefined) return new Subject(child, folder, { url, startMs: performance.now() - begun })
    }
    throw new Error(`${script} ended before it listened: ${printed}`)
  }

  /** User and system time so far, of all its threads; ticks of 10 ms. */
  cpuMs(): number {
    const stat = readFileSync(`/proc/${String(this.#child.pid)}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  }

  /** Memory that is its alone or its share of, in KiB. */
  memoryKib(): number {
    const rollup = readFileSync(`/proc/${String(this.#child.pid)}/smaps_rollup`, 'utf8')
    return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1])
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL')
    await once(this.#child, 'exit')
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
