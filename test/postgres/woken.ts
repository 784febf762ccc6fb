import type { LeaseObserver } from '#adapters/postgres/ended-leases.ts'
import { Sweep } from '#adapters/postgres/sweep.ts'
import { QUEUE_KINDS } from '#adapters/postgres/wake-queue.ts'
import type { WakerSubject } from '#test/contracts/waker.contract.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import type { OperationKey } from '#ports/operation-store.ts'
import { NO_SKEW } from './engine-work.ts'
import type { Scene } from './scene.ts'

/** The real queue and the real sweep. The server's clock cannot be set, so its messages are: what is due at `at` is due, and nothing else. */
export function wokenOn({ pool, queue, clock, db }: Scene): WakerSubject['wokenUntil'] {
  const woken: string[] = []
  const expire = (jobId: string): Promise<void> => {
    woken.push(jobId)
    return Promise.resolve()
  }
  return async (at) => {
    await clock.advance(Math.max(0, at - clock.now()))
    const unfinished = (): Promise<readonly OperationKey[]> => Promise.resolve([])
    // That a lease is to be watched for its whole length is said elsewhere; here its end is as it is stored.
    const observeLeases: LeaseObserver = (leases) =>
      new Set(leases.filter(({ expiresAt }) => expiresAt <= clock.now()).map(({ jobId }) => jobId))
    const sweep = new Sweep({ pool, queue, clock, logger: silentLogger, skew: NO_SKEW, unfinished, work: { observeLeases, expire } })
    await sweep.once()
    const due = `CASE WHEN (data::json ->> 'at')::bigint <= ? THEN now() - interval '1 second' ELSE now() + interval '1 day' END`
    await db.query(`UPDATE errand_queue.job SET start_after = ${due} WHERE state = 'created'`, at)
    const tenants = await db.query('SELECT DISTINCT tenant_id FROM jobs')
    for (const { kind, tenantId } of QUEUE_KINDS.flatMap((kind) =>
      tenants.map((row) => ({ kind, tenantId: String(row['tenant_id']) })),
    )) {
      for (const { id } of await queue.fetch({ kind, tenantId }, 100)) {
        // A message that the job has left behind wakes it, and finds it not due.
        const due = await db.query('SELECT id FROM jobs WHERE id = ? AND wake_kind = ? AND wake_at <= ?', id, kind, at)
        woken.push(...due.map(() => id))
      }
    }
    return [...woken]
  }
}
