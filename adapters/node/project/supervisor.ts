import type { ChildProcess } from 'node:child_process'
import { forwardSignals, signal } from './child.ts'

/** A server takes signals within three seconds for one request to stop. A later one makes it stop at once. */
const HURRY_MS = 3500

export interface SupervisorOptions {
  readonly start: () => ChildProcess
  readonly note: (text: string) => void
}

/** Keeps a process running until a signal, and starts it again on request. One that ends by itself waits for that too. */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #ended = Promise.withResolvers<number>()
  #child: ChildProcess | undefined
  #next: 'wait' | 'restart' | 'end' = 'wait'

  constructor(options: SupervisorOptions) {
    this.#options = options
    const stop = forwardSignals((name) => {
      this.#next = 'end'
      if (this.#child) signal(this.#child, name)
      else this.#ended.resolve(0)
    })
    void this.#ended.promise.then(stop)
    this.#start()
  }

  /** Resolves to the exit code, after a signal to this process. */
  get ended(): Promise<number> {
    return this.#ended.promise
  }

  restart(): void {
    if (!this.#child) this.#start()
    else if (this.#next === 'wait') {
      this.#next = 'restart'
      this.#stop(this.#child)
    }
  }

  #start(): void {
    this.#next = 'wait'
    const child = this.#options.start()
    this.#child = child
    child.once('exit', (code, killedBy) => {
      this.#child = undefined
      this.#goOn(code, killedBy)
    })
  }

  /** @param code of the process that has ended; `null` after a signal. */
  #goOn(code: number | null, killedBy: NodeJS.Signals | null): void {
    if (this.#next === 'restart') this.#start()
    else if (this.#next === 'end') this.#ended.resolve(code ?? 1)
    else {
      const how = killedBy === null ? 'has ended' : `was killed by ${killedBy}`
      this.#options.note(`The server ${how}. It starts again after the next change; or stop this, and run it again.`)
    }
  }

  #stop(child: ChildProcess): void {
    signal(child, 'SIGTERM')
    const hurry = setTimeout(() => {
      signal(child, 'SIGTERM')
    }, HURRY_MS)
    child.once('exit', () => {
      clearTimeout(hurry)
    })
  }
}
