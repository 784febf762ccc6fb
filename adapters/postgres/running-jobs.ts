import type pg from 'pg'
import type { Logger } from '#ports/logger.ts'
import type { OfferOfKind } from './offers.ts'

export interface LeftBehindDeps {
  readonly pool: pg.Pool
  readonly logger: Logger
  /** Whether the executor that holds the job is known to be dead. */
  readonly isLeftBehind: (jobId: string) => Promise<boolean>
}

const MOST = 500

const HELD = {
  name: 'errand_held',
  text: `SELECT id, tenant_id, agent, wake_kind AS kind FROM jobs WHERE status = 'running' ORDER BY wake_at LIMIT $1`,
}

interface HeldRow {
  readonly id: string
  readonly tenant_id: string
  readonly agent: string
  readonly kind: string
}

/**
 * At the start of a server: jobs of executors that are known to be dead, which would otherwise wait
 * for the end of their leases.
 */
export async function leftBehind({ pool, logger, isLeftBehind }: LeftBehindDeps): Promise<readonly OfferOfKind[]> {
  try {
    const { rows } = await pool.query<HeldRow>({ ...HELD, values: [MOST] })
    const answers = await Promise.all(rows.map(({ id }) => isLeftBehind(id)))
    const left = rows.filter((_, index) => answers[index] === true)
    if (left.length > 0) logger.info('Resuming jobs that an earlier process left unfinished.', { jobs: left.length })
    return left.map(({ id, tenant_id: tenantId, agent, kind }) => ({ id, tenantId, agent, kind }))
  } catch (error) {
    logger.warn('Jobs of dead servers were not looked for; they go on when their leases end.', {
      reason: String(error),
    })
    return []
  }
}
