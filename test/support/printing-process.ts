import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { NODE_LIKE, type NodeLikeName } from './node-like.ts'

interface PrintingOptions {
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
  readonly runtime?: NodeLikeName
}

/** A program whose lines a test waits for. */
export class PrintingProcess {
  readonly child: ChildProcess
  /** Its exit code, when it and all that it has started no longer print. */
  readonly closed: Promise<number | null>
  #unread = ''
  #arrived = Promise.withResolvers<undefined>()
  #isClosed = false

  constructor(args: readonly string[], { cwd, env, runtime = 'node' }: PrintingOptions) {
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(ERRAND|OPENAI|ANTHROPIC|NODE_OPTIONS|VITEST|npm_)/.test(name),
    )
    const [command = '', ...flags] = NODE_LIKE[runtime]
    this.child = spawn(command, [...flags, ...args], {
      cwd,
      env: { ...Object.fromEntries(inherited), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const read = (chunk: Buffer): void => {
      this.#unread += chunk.toString()
      this.#wake()
    }
    this.child.stdout?.on('data', read)
    this.child.stderr?.on('data', read)
    this.closed = once(this.child, 'close').then(() => {
      this.#isClosed = true
      this.#wake()
      return this.child.exitCode
    })
  }

  /** The first group of `pattern` in what has been printed since the last match. Rejects if the process ends before. */
  async printed(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.#unread)
      if (match) {
        this.#unread = this.#unread.slice(match.index + match[0].length)
        return match[1] ?? match[0]
      }
      if (this.#isClosed) throw new Error(`It ended without printing ${String(pattern)}:\n${this.#unread}`)
      await this.#arrived.promise
    }
  }

  /** What was printed after the last match. */
  get unread(): string {
    return this.#unread
  }

  #wake(): void {
    this.#arrived.resolve(undefined)
    this.#arrived = Promise.withResolvers()
  }
}
