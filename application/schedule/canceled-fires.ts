import { type Fire, fireEntry, withFire } from '#domain/schedule/fire.ts'
import type { Schedule } from '#domain/schedule/schedule.ts'
import { isOnce } from '#domain/schedule/spec.ts'

/** With an entry for each fire that would have come: one that waits, and one whose time had come or is the only one. */
export function withCanceled(schedule: Schedule, reason: 'deleted' | 'replaced', now: number): Schedule {
  const { waiting, nextFireAt, spec } = schedule
  const isLost = nextFireAt !== null && (nextFireAt <= now || (reason === 'deleted' && isOnce(spec.when)))
  const canceled = [...(waiting ? [waiting.nominalAt] : []), ...(isLost ? [nextFireAt] : [])]
  const entries: readonly Fire[] = canceled.map((nominalAt) =>
    fireEntry({ nominalAt, cause: 'schedule', outcome: 'canceled', at: now, reason }),
  )
  return { ...schedule, fires: entries.reduce(withFire, schedule.fires) }
}
