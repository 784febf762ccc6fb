/// <reference types="@cloudflare/workers-types" />
import { DurableObject } from 'cloudflare:workers'
import { numberAt, textAt } from '#adapters/sql/database.ts'
import { type SqlSchema, migrate } from '#adapters/sql/schema.ts'
import type { JobNamespace } from './job-stub.ts'
import { DurableObjectDatabase } from './sql.ts'
import { ensureAlarm } from './waker.ts'

const watchSchema: SqlSchema = {
  name: 'watched',
  statements: ['CREATE TABLE watched (job_id TEXT PRIMARY KEY, look_at INTEGER NOT NULL) WITHOUT ROWID'],
}

/** How long after its time a job is looked at: by then its own alarm has done the work, if it was not lost. */
const GRACE_MS = 60_000
/** Most jobs in one look; the rest waits for the next. */
const MOST_AT_ONCE = 100

/** What a job's object may ask of the watch. */
export interface WatchStub {
  /** Look after the job if it is not finished some time after `lookAt` (epoch ms). */
  watch(jobId: string, lookAt: number): Promise<void>
  forget(jobId: string): Promise<void>
}

export interface WatchNamespace {
  getByName(name: string): WatchStub
}

/** The watch that is responsible for a job: there are 32, so that none becomes a bottleneck. */
export function watchFor(watches: WatchNamespace, jobId: string): WatchStub {
  return watches.getByName(`watch-${jobId.slice(-1)}`)
}

/**
 * The class of the objects that sweep: they know the jobs that are not finished, and look after those whose time has passed,
 * for alarms have been lost in practice. A watch's own alarm is seen to by every new job, so that it cannot stay lost itself.
 */
export function createJobWatch<Env>(jobsOf: (env: Env) => JobNamespace) {
  return class JobWatch extends DurableObject<Env> implements WatchStub {
    readonly #db = new DurableObjectDatabase(this.ctx.storage)
    readonly #ready = migrate(this.#db, watchSchema)

    async watch(jobId: string, lookAt: number): Promise<void> {
      await this.#ready
      await this.#db.batch([
        {
          sql: `INSERT INTO watched (job_id, look_at) VALUES (?, ?)
                ON CONFLICT (job_id) DO UPDATE SET look_at = excluded.look_at`,
          params: [jobId, lookAt],
        },
      ])
      await ensureAlarm(this.ctx.storage, lookAt + GRACE_MS, Date.now())
    }

    async forget(jobId: string): Promise<void> {
      await this.#ready
      await this.#db.batch([{ sql: 'DELETE FROM watched WHERE job_id = ?', params: [jobId] }])
    }

    override async alarm(): Promise<void> {
      await this.#ready
      // First, so that whatever goes wrong with one job the others are looked at again.
      await this.ctx.storage.setAlarm(Date.now() + GRACE_MS)
      const overdue = await this.#db.query(
        'SELECT job_id FROM watched WHERE look_at <= ? ORDER BY look_at LIMIT ?',
        Date.now() - GRACE_MS,
        MOST_AT_ONCE,
      )
      for (const row of overdue) {
        const jobId = textAt(row, 'job_id')
        // One that cannot be looked at must not stand before the others: it goes to the end.
        await this.#look(jobId).catch(() => this.watch(jobId, Date.now()))
      }
      const [next] = await this.#db.query('SELECT MIN(look_at) AS at FROM watched HAVING COUNT(*) > 0')
      if (!next) await this.ctx.storage.deleteAlarm()
      else await this.ctx.storage.setAlarm(Math.max(numberAt(next, 'at'), Date.now()) + GRACE_MS)
    }

    async #look(jobId: string): Promise<void> {
      const lookAt = await jobsOf(this.env).getByName(jobId).lookAfter()
      if (lookAt === null) await this.forget(jobId)
      else await this.watch(jobId, Math.max(lookAt, Date.now()))
    }
  }
}
