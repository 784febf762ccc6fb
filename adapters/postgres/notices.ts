import type pg from 'pg'
import type { JobNews } from '#ports/job-feed.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { Grouped } from '#adapters/sql/grouped.ts'
import { NoticeSeal } from './notice-seal.ts'
import { noticeSecret } from './notice-secret.ts'
import { isOutage } from './outage-retry.ts'

/**
 * Messages between processes. They are not stored, so nothing that must not be missed relies on
 * them alone.
 */
export type Notice =
  | { readonly about: 'due'; readonly kinds: readonly string[] }
  /** The executor of the job should check whether it must stop. */
  | { readonly about: 'stop'; readonly jobId: string }
  /** A reader watches the job: its text too, or its commits alone. */
  | { readonly about: 'watch'; readonly jobId: string; readonly text: boolean }
  | { readonly about: 'news'; readonly jobId: string; readonly news: JobNews }

export interface NoticesDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly logger: Logger
  /** Of this process. */
  readonly name: string
  /** Receives the notices of other processes, and not its own. */
  readonly onNotice: (notice: Notice) => void
}

/** Every role that may connect to the database may listen and speak there: hence the seal. */
const CHANNEL = 'errand_notices'
const ABOUT: readonly string[] = ['due', 'stop', 'watch', 'news'] satisfies Notice['about'][]
/**
 * Postgres allows 8000 bytes a notice (https://www.postgresql.org/docs/current/sql-notify.html); a
 * longer text is left out, for the journal will have it.
 */
const MOST_BYTES = 7900
const REST_MS = 1000

/**
 * LISTEN and NOTIFY, on a connection of its own that is opened again when it breaks. Notices are
 * encrypted (`notice-seal.ts`).
 */
export class Notices {
  readonly #deps: NoticesDeps
  /** One after the other, for their order counts. */
  readonly #told = new Grouped<Notice, undefined>((group) => this.#tellAll(group))
  #heard: Promise<void> = Promise.resolve()
  /** There is none before the database has given the secret. */
  #seal: NoticeSeal | null = null
  #letGo: () => boolean = () => false
  #closed = false
  #isAway = false
  #cancelRest: () => void = () => undefined

  constructor(deps: NoticesDeps) {
    this.#deps = deps
  }

  /** Returns when it listens, or has failed to for now. */
  async start(): Promise<void> {
    await this.#listen().catch((error: unknown) => {
      this.#later(error)
    })
  }

  /** Never waits and never fails. */
  tell(notice: Notice): void {
    if (this.#closed) return
    this.#told.add(notice).catch((error: unknown) => {
      if (isOutage(error)) return
      this.#deps.logger.warn('A notice to other processes could not be sent.', { reason: String(error) })
    })
  }

  close(): void {
    this.#closed = true
    this.#cancelRest()
    this.#letGo()
  }

  async #tellAll(group: readonly Notice[]): Promise<readonly { readonly value: undefined }[]> {
    const seal = this.#seal
    if (seal) {
      const sealed = await Promise.all(group.map((notice) => seal.seal(JSON.stringify(notice))))
      const payloads = sealed.filter(({ length }) => length <= MOST_BYTES)
      const text = 'SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload'
      await this.#deps.pool.query({ name: 'errand_notify', text, values: [CHANNEL, payloads] })
    }
    return group.map(() => ({ value: undefined }))
  }

  async #listen(): Promise<void> {
    const { pool, name, clock } = this.#deps
    this.#seal ??= new NoticeSeal({ secret: await noticeSecret(pool), name, clock })
    const client = await pool.connect()
    let held = true
    /**
     * Whether it was held until now: a connection that was let go may still say that it has broken.
     */
    const letGo = (): boolean => {
      if (!held) return false
      held = false
      client.release(true)
      return true
    }
    const lose = (error: unknown): void => {
      if (letGo()) this.#later(error)
    }
    client.on('error', lose)
    client.on('notification', ({ payload = '' }) => {
      this.#heard = this.#heard.then(() => this.#hear(payload))
    })
    this.#letGo = letGo
    await client.query(`LISTEN ${CHANNEL}`).then(() => {
      if (this.#isAway) this.#deps.logger.info('The database is back, and is listened to again.')
      this.#isAway = false
    }, lose)
    // Closed while it was being opened.
    if (this.#isClosed()) lose(null)
  }

  #isClosed(): boolean {
    return this.#closed
  }

  async #hear(payload: string): Promise<void> {
    const text = await this.#seal?.open(payload)
    if (typeof text !== 'string') return
    const notice = JSON.parse(text) as Notice
    // Of a later release, which may have more kinds of notices.
    if (ABOUT.includes(notice.about)) this.#deps.onNotice(notice)
  }

  #later(error: unknown): void {
    if (this.#closed) return
    if (!this.#isAway)
      this.#deps.logger.warn('The connection to the database is gone; it is opened again.', { reason: String(error) })
    this.#isAway = true
    this.#cancelRest = this.#deps.clock.after(REST_MS, () => void this.start())
  }
}
