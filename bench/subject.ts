import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type OfPrograms, cpuMsOf, memoryKibOf, processesOf } from './process-tree.ts'

/** How a subject is started. */
export interface SubjectCommand {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Finds the address, or the port alone, in what it prints. */
  readonly ready: RegExp
  /** What it prints when all that is not its own is there, such as a new Postgres: its start counts from then. */
  readonly prepared?: RegExp
}

/** Where `npm start` keeps what Node has compiled. */
const CACHE = join(import.meta.dirname, '..', 'node_modules', '.cache', 'errand')

/** A script of this folder, started with this Node. */
export function script(name: string, env: Readonly<Record<string, string>> = {}): () => SubjectCommand {
  return () => ({
    command: process.execPath,
    args: [join(import.meta.dirname, name)],
    env: { NODE_COMPILE_CACHE: CACHE, ...env },
    ready: /listens on (\S+)/,
  })
}

const running = new Set<ChildProcess>()

// However the run ends, nothing goes on running: a signal alone would end this process without its 'exit'.
process.once('exit', () => {
  for (const child of running) kill(child)
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    process.exit(1)
  })
}

/** A process under measurement with its child processes, and a folder of its own for its data. */
export class Subject {
  /** Where it listens; of several servers all of them, with commas between. */
  readonly url: string
  /** Where it stores what it stores. */
  readonly folder: string
  /** From its start, or from when all was prepared, until it has answered a first question. */
  readonly startMs: number
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, folder: string, { url, startMs }: { url: string; startMs: number }) {
    this.#child = child
    this.folder = folder
    this.url = url
    this.startMs = startMs
  }

  /** @param prepare given the folder. */
  static async start(prepare: (folder: string) => SubjectCommand | Promise<SubjectCommand>): Promise<Subject> {
    const folder = mkdtempSync(join(tmpdir(), 'errand-bench-'))
    const { command, args, env, ready, prepared } = await prepare(folder)
    let begun = performance.now()
    const child = spawn(command, args, {
      env: { ERRAND_CONCURRENCY: '100', ...process.env, ERRAND_PORT: '0', ERRAND_DATA_DIR: folder, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    })
    running.add(child)
    if (prepared) {
      await printed(child, prepared)
      begun = performance.now()
    }
    const found = await printed(child, ready)
    const url = /^\d+$/.test(found) ? `http://127.0.0.1:${found}` : found
    await (await fetch(url.replace(/,.*/, ''))).text()
    return new Subject(child, folder, { url, startMs: performance.now() - begun })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  processes(): readonly number[] {
    return processesOf(this.pid)
  }

  /** User and system time so far. */
  cpuMs(programs?: Pick<OfPrograms, 'of'>): number {
    return cpuMsOf(this.pid, programs)
  }

  /** Memory that is its alone or its share of, in KiB. */
  memoryKib(programs?: OfPrograms): number {
    return memoryKibOf(this.pid, programs)
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, 'exit')
    kill(this.#child)
    await gone
    running.delete(this.#child)
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** The first group of what it prints. Reads on for as long as the process lives, because a full pipe would stop it. */
function printed(child: ChildProcess, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      if (text.length < 100_000) text += chunk.toString()
      const found = wanted.exec(text)
      if (found) resolve(found[1] ?? '')
    })
    child.on('exit', () => {
      reject(new Error(`${child.spawnargs.join(' ')} ended before it listened: ${text}`))
    })
  })
}

/** With all that it has started. */
function kill({ pid, exitCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Gone already.
  }
}
