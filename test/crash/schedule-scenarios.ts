import type { ScheduleInput, When } from '#domain/schedule/spec.ts'
import { T0, TILL } from '#test/support/fixtures.ts'
import type { Scheduling } from '#test/support/scheduling.ts'
import type { SeededRandom } from '#test/support/random.ts'
import { type ScheduleEnd, eachTimeOnce, neverTwoAtOnce, noMoreThan, seenOnce } from './schedule-promises.ts'

/** How long callers and deaths go on. */
export const CHAOS_MS = 900_000

/** One change by a caller. */
export interface Change {
  readonly s: Scheduling
  readonly random: SeededRandom
  /** It is the n-th, from 1. */
  readonly n: number
}

/** One schedule, what its callers do to it, and what must be true at the end. */
export interface ScheduleScenario {
  readonly name: string
  readonly when: When
  readonly fields: Partial<ScheduleInput>
  /** Longest time between two changes (ms). */
  readonly restMs: number
  readonly change: (change: Change) => Promise<unknown>
  readonly violations: (end: ScheduleEnd) => readonly string[]
  /** The clock is set an hour on and back. */
  readonly jumps?: true
  /** Its jobs take a while to finish. */
  readonly hasLongJobs?: true
}

const EVERY_MS = 45_000
const EVERY = { everySeconds: EVERY_MS / 1000 }
const ONCE = { delaySeconds: 20 }
const RECURS: Partial<ScheduleInput> = { overlap: 'allow', catchUp: 'all', endAt: T0 + CHAOS_MS }
const MERGED = { merge: 'all', overlap: 'allow' } as const
/** Its window is longer than a process stands still: a later submission could be one that another process has limited. */
const LIMITED = { ...RECURS, limit: { key: 'k', max: 3, perSeconds: 300 } }

const key = { tenantId: 'acme', scheduleId: 's', by: TILL }

const input = (n: number): Partial<ScheduleInput> => ({ input: `input ${String(n)}` })

export const SCHEDULE_SCENARIOS: readonly ScheduleScenario[] = [
  {
    ...{ name: 'an interval that is replaced and run by hand', when: EVERY, fields: RECURS, restMs: 60_000 },
    change: ({ s, random, n }) =>
      random.happens(0.3)
        ? s.control.run({ ...key, idempotencyKey: String(n) })
        : s.put(EVERY, { ...RECURS, ...input(n) }),
    violations: (end) => eachTimeOnce(end, EVERY_MS, ['submitted']),
  },
  {
    ...{ name: 'a clock that jumps', when: EVERY, fields: RECURS, restMs: 100_000, jumps: true },
    change: ({ s, n }) => s.control.run({ ...key, idempotencyKey: String(n) }),
    violations: (end) => eachTimeOnce(end, EVERY_MS, ['submitted']),
  },
  {
    ...{ name: 'a debounce whose job gets all inputs', when: ONCE, fields: { ...MERGED, ...input(0) } },
    restMs: 60_000,
    change: ({ s, n }) => s.put(ONCE, { ...MERGED, ...input(n) }),
    violations: seenOnce,
  },
  {
    ...{ name: 'carts that change and are ordered, with late events', when: ONCE, fields: { overlap: 'allow' } },
    restMs: 60_000,
    change: ({ s, random, n }) => {
      const occurredAt = s.clock.now() - (random.happens(0.3) ? random.between(0, 60_000) : 0)
      return random.happens(0.3) ? s.delete(occurredAt) : s.put(ONCE, { overlap: 'allow', ...input(n), occurredAt })
    },
    violations: () => [],
  },
  {
    ...{ name: 'other intervals, one after the other', when: EVERY, fields: RECURS, restMs: 60_000 },
    change: ({ s, random, n }) => s.put({ everySeconds: random.pick([30, 45, 60]) }, { ...RECURS, ...input(n) }),
    violations: () => [],
  },
  {
    ...{ name: 'pauses', when: EVERY, fields: RECURS, restMs: 60_000 },
    change: ({ s, random }) => (random.happens(0.5) ? s.control.pause(key) : s.control.resume(key)),
    violations: (end) => eachTimeOnce(end, EVERY_MS, ['submitted', 'skipped']),
  },
  overlapping('skip'),
  overlapping('queue_one'),
  {
    ...{ name: 'a limit', when: EVERY, fields: LIMITED, restMs: 60_000 },
    change: ({ s, n }) => s.put(EVERY, { ...LIMITED, ...input(n) }),
    violations: (end) => [...noMoreThan(end, 3, 300_000), ...eachTimeOnce(end, EVERY_MS, ['submitted', 'limited'])],
  },
]

function overlapping(overlap: 'skip' | 'queue_one'): ScheduleScenario {
  const fields = { ...RECURS, overlap }
  return {
    ...{ name: `jobs that may not overlap: ${overlap}`, when: EVERY, fields, restMs: 60_000, hasLongJobs: true },
    change: ({ s, n }) => s.put(EVERY, { ...fields, ...input(n) }),
    violations: (end) => [...neverTwoAtOnce(end), ...eachTimeOnce(end, EVERY_MS, ['submitted', 'skipped'])],
  }
}
