/** What one step uses in the object of a schedule or of a webhook's log, and in the index. */
export interface Used {
  readonly objectRowsWritten: number
  readonly alarmsSet: number
  readonly d1RowsWritten: number
  /** Alarms that came are requests, too. */
  readonly objectRequests: number
}

/**
 * Each step of a schedule, without the jobs that it submits. `test/cloudflare/schedule-cost.test.ts` counts it, and
 * fails when any of it changes.
 */
export const COUNTED_SCHEDULE = {
  /** With the tables of its object. */
  firstPut: { objectRowsWritten: 6, alarmsSet: 1, d1RowsWritten: 3, objectRequests: 2 },
  laterPut: { objectRowsWritten: 1, alarmsSet: 1, d1RowsWritten: 0, objectRequests: 1 },
  /** Decided, submitted, and the next one planned. */
  fire: { objectRowsWritten: 2, alarmsSet: 1, d1RowsWritten: 0, objectRequests: 1 },
  /** By the sweep: a minute after each of its times, and once a day until it has ended. */
  look: { objectRowsWritten: 0, alarmsSet: 0, d1RowsWritten: 2, objectRequests: 1 },
  deletion: { objectRowsWritten: 1, alarmsSet: 0, d1RowsWritten: 0, objectRequests: 1 },
} as const satisfies Record<string, Used>

/**
 * A webhook event with one action, from its record to its deletion. `test/cloudflare/webhook-log.test.ts` counts the
 * rows. Its log is asked to record it, and to store what it led to.
 */
export const COUNTED_EVENT: Used = { objectRowsWritten: 5, alarmsSet: 0, d1RowsWritten: 0, objectRequests: 2 }

/** Of an ended schedule: after its fire, when it is gone a week later, and an hour after that, when its entry goes, too. */
export const LOOKS_AT_ENDED = 3
