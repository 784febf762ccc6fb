import { Claims } from '#adapters/postgres/claims.ts'
import { JOB_WAKES } from '#adapters/sql/jobs-table.ts'
import { WAKE_KINDS } from '#domain/job/wake.ts'
import type { WakerSubject } from '#test/contracts/waker.contract.ts'
import type { Scene } from './scene.ts'

/** The real claims. That the end of a lease is watched as well is said elsewhere; here it is as it is stored. */
export function wokenOn({ pool, clock, db }: Scene): WakerSubject['wokenUntil'] {
  const woken: string[] = []
  return async (at) => {
    await clock.advance(Math.max(0, at - clock.now()))
    for (const kind of WAKE_KINDS) {
      const claims = new Claims(pool, { kind }, JOB_WAKES)
      for (const { tenantId, isDue } of await claims.tenants(at)) {
        if (!isDue) continue
        const claimed = await claims.claim({ tenantId, now: at, until: at + 60_000, limit: 100, most: null })
        woken.push(...claimed.map(({ id }) => id))
      }
    }
    const ended = await db.query("SELECT id FROM jobs WHERE status = 'running' AND wake_at <= ?", at)
    woken.push(...ended.map((row) => String(row['id'])))
    return [...woken]
  }
}
