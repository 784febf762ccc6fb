import type pg from 'pg'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { type DueRow, overdueWakes, wakesFor } from './due-in-turns.ts'
import type { WakeQueue } from './wake-queue.ts'

export interface ResumeDeps {
  readonly pool: pg.Pool
  readonly queue: Pick<WakeQueue, 'sendNow'>
  readonly clock: Clock
  readonly logger: Logger
  /** Whether the executor that holds the job is known to be dead. */
  readonly isLeftBehind: (jobId: string) => Promise<boolean>
}

const MOST = 500

const RUNNING = {
  name: 'errand_held',
  text: `SELECT id, tenant_id, version FROM jobs WHERE status = 'running' AND wake_at > $1 ORDER BY wake_at LIMIT $2`,
}

/**
 * At the start of a server: wakes the jobs of executors that are known to be dead, which would otherwise wait for the end of their leases. Such an
 * executor may also have taken wakes out of the queue without having come to them, so what is due is woken once more.
 */
export async function resumeLeftBehind(deps: ResumeDeps): Promise<void> {
  await resume(deps).catch((error: unknown) => {
    const reason = String(error)
    deps.logger.warn('Jobs of dead servers were not looked for; they go on when their leases end.', { reason })
  })
}

async function resume({ pool, queue, clock, logger, isLeftBehind }: ResumeDeps): Promise<void> {
  const now = clock.now()
  const { rows } = await pool.query<DueRow>({ ...RUNNING, values: [now, MOST] })
  const answers = await Promise.all(rows.map(({ id }) => isLeftBehind(id)))
  const left = rows.filter((_, index) => answers[index] === true)
  if (left.length === 0) return
  logger.info('Resuming jobs that an earlier process left unfinished.', { jobs: left.length })
  await queue.sendNow([...wakesFor('run', left, now), ...(await overdueWakes(pool, now))])
}

