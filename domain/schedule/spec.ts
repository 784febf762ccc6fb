import type { WriteMode } from '../write/write.ts'
import type { Callback } from '../callback/delivery.ts'
import type { JsonValue } from '../json/json.ts'
import { DAY_MS } from '../time/duration.ts'

/** When a schedule fires. `cron` and `everySeconds` recur; `at` and `delaySeconds` fire once. */
export type When =
  /** Five fields, in the wall time of `timeZone` (an IANA name). See `docs/schedules.md` for clock changes. */
  | { readonly cron: string; readonly timeZone: string }
  /** Counted in elapsed time from the first PUT with this interval. */
  | { readonly everySeconds: number }
  /** Epoch ms. */
  | { readonly at: number }
  /** Counted from each PUT, so a later PUT postpones the fire. */
  | { readonly delaySeconds: number }

export const OVERLAPS = ['skip', 'queue_one', 'allow', 'cancel_previous'] as const
/** What becomes of a fire while the job of the one before it is not finished. */
export type Overlap = (typeof OVERLAPS)[number]

export const CATCH_UPS = ['none', 'last', 'all'] as const
/** Which of the fires that were missed, because nothing ran then, are made up for. */
export type CatchUp = (typeof CATCH_UPS)[number]

export const MERGES = ['last', 'first', 'all'] as const
/** Which inputs of several PUTs the job gets; `all` is `{"events": [...]}`. Only where the schedule fires once. */
export type Merge = (typeof MERGES)[number]

/** A time of day, every day; over midnight where `to` is before `from`. */
export interface QuietHours {
  /** `HH:MM`. */
  readonly from: string
  readonly to: string
  readonly timeZone: string
}

/** Most fires in any window of `perSeconds`, counted over every schedule of the tenant with the same key. */
export interface FireLimit {
  readonly key: string
  readonly max: number
  readonly perSeconds: number
}

/** What a caller says of a schedule. Times are epoch ms. */
export interface ScheduleSpec {
  readonly agent: string
  readonly input: JsonValue
  readonly when: When
  /** No PUT postpones the fire beyond it. The first PUT that has one sets it. */
  readonly latestBy: number | null
  readonly merge: Merge
  readonly overlap: Overlap
  readonly catchUp: CatchUp
  /** Missed fires older than this are not made up for; `null` for any age, which only a schedule that fires once may have. */
  readonly catchUpWithinSeconds: number | null
  readonly quietHours: QuietHours | null
  readonly limit: FireLimit | null
  /** Failed jobs in a row. */
  readonly pauseAfterFailures: number | null
  /** There is no fire at this time or later. */
  readonly endAt: number | null
  readonly tags: readonly string[]
  readonly metadata: Readonly<Record<string, string>>
  readonly callback: Callback | null
  /** How long its jobs are kept after their end; `null` for the tenant's own time. */
  readonly retainMs: number | null
  /** Of its jobs; absent where the agent says. */
  readonly writes?: WriteMode
}

/** A spec as a caller may give it: with only what has no default. */
export type ScheduleInput = Pick<ScheduleSpec, 'agent' | 'input' | 'when'> & Partial<ScheduleSpec>

export function isOnce(when: When): when is Extract<When, { at: number } | { delaySeconds: number }> {
  return 'at' in when || 'delaySeconds' in when
}

/** With its defaults. */
export function scheduleSpec(input: ScheduleInput): ScheduleSpec {
  const catchUpWithinSeconds = isOnce(input.when) ? null : DAY_MS / 1000
  return { ...DEFAULTS, catchUpWithinSeconds, ...input, tags: [...new Set(input.tags)] }
}

const DEFAULTS = {
  latestBy: null,
  merge: 'last',
  overlap: 'skip',
  catchUp: 'last',
  quietHours: null,
  limit: null,
  pauseAfterFailures: null,
  endAt: null,
  tags: [],
  metadata: {},
  callback: null,
  retainMs: null,
} as const
