import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { SqlRow, SqlValue, Statement } from '#adapters/sql/database.ts'
import type { BatchOutcome } from '#adapters/sql/grouped.ts'

/** Statements are few and long, so each is sent once, and known by its number from then on. */
export type NumberedStatement = readonly [text: number, params: readonly SqlValue[], changes?: number | undefined]

type Work = { readonly group: readonly (readonly NumberedStatement[])[] } | { readonly question: NumberedStatement }

/** With it, the texts of statements that the thread has not seen. */
export type ThreadWork = Work & {
  readonly texts: readonly string[]
  /** Given: the numbers begin anew, and earlier ones are forgotten. */
  readonly anew: boolean
}

export type ThreadAnswer =
  { readonly outcomes: readonly BatchOutcome[] } | { readonly rows: readonly SqlRow[] } | { readonly error: unknown }

/** Texts that both sides know; the filters of lists make some thousands. */
const MOST_TEXTS = 500

/** Node 22 warns in each thread that its SQLite is an experiment. Deno knows no such flag. */
const QUIETLY = 'Deno' in globalThis ? {} : { execArgv: ['--disable-warning=ExperimentalWarning'] }

/** A connection to an SQLite file in a thread of its own. It does one thing after the other. */
export class SqliteThread {
  readonly #thread: Worker
  readonly #numbers = new Map<string, number>()
  readonly #waiting: PromiseWithResolvers<ThreadAnswer>[] = []
  #texts: string[] = []
  #anew = false
  #failure: { readonly error: unknown } | null = null

  /** @param onFailure gets the error that ended the thread. Pending requests may have been carried out or not. */
  constructor(path: string, onFailure: (error: unknown) => void = () => undefined) {
    this.#thread = new Worker(new URL('./thread-entry.ts', import.meta.url), { workerData: path, ...QUIETLY })
    this.#thread.on('message', (answer: ThreadAnswer) => this.#waiting.shift()?.resolve(answer))
    this.#thread.on('error', (error) => {
      this.#failure = { error }
      for (const { reject } of this.#waiting.splice(0)) reject(error)
      onFailure(error)
    })
  }

  /** @throws the error that ended the thread, which accepts no more requests then. */
  async commit(group: readonly (readonly Statement[])[]): Promise<readonly BatchOutcome[]> {
    const numbered = group.map((batch) => batch.map((statement) => this.#numbered(statement)))
    const answer = await this.#ask({ group: numbered })
    return 'outcomes' in answer ? answer.outcomes : []
  }

  async query(sql: string, params: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    const answer = await this.#ask({ question: this.#numbered({ sql, params }) })
    if ('error' in answer) throw answer.error
    return 'rows' in answer ? answer.rows : []
  }

  /** Returns when what was asked before has been done. */
  async close(): Promise<void> {
    if (this.#failure) return
    const ended = once(this.#thread, 'exit')
    this.#thread.postMessage(null)
    await ended
  }

  #ask(work: Work): Promise<ThreadAnswer> {
    if (this.#failure) throw this.#failure.error
    const answer = Promise.withResolvers<ThreadAnswer>()
    this.#waiting.push(answer)
    this.#thread.postMessage({ texts: this.#texts, anew: this.#anew, ...work } satisfies ThreadWork)
    this.#texts = []
    this.#anew = false
    if (this.#numbers.size < MOST_TEXTS) return answer.promise
    this.#numbers.clear()
    this.#anew = true
    return answer.promise
  }

  #numbered({ sql, params, changes }: Statement): NumberedStatement {
    const known = this.#numbers.get(sql)
    if (known !== undefined) return [known, params, changes]
    const number = this.#numbers.size
    this.#numbers.set(sql, number)
    this.#texts.push(sql)
    return [number, params, changes]
  }
}
