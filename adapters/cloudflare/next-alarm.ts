import type { Wake } from '#domain/wake.ts'

/** All that the alarm of an object depends on. Times are epoch ms. */
export interface AlarmState {
  /** What the job or record of the object needs next; `null` for nothing. */
  readonly wake: Wake | null
  readonly index: IndexKnowledge
  readonly handlerRuns: boolean
  /** What the alarm is set to; `null` for none, as when it has fired; `undefined` if that is not known. */
  readonly alarm: number | null | undefined
  /** Whether this is only a check for a lost alarm: then one that comes sooner than it must is left. */
  readonly checks: boolean
  readonly now: number
}

/** What the index has of the object. */
export interface IndexKnowledge {
  readonly isBehind: boolean
  /** Whether the sweep checks the object before long, by what the index has. */
  readonly sweepsSoon: boolean
}

/** What to do with the alarm: set it to a time (epoch ms), delete it or leave it. */
export type AlarmStep = { readonly set: number } | 'delete' | 'leave'

/** How soon an entry that did not land is put again, if nothing else wakes the object before. */
const AGAIN_MS = 30_000
/** An alarm that is this late is lost, not just delayed (https://github.com/cloudflare/cloudflare-docs/issues/18324). */
const LOST_MS = 30_000

/** The rule for the alarm of every object. */
export function nextAlarm(state: AlarmState): AlarmStep {
  const { wake, index, alarm, now } = state
  const fired = firedAlarmStands(state)
  if (fired && !isLast(state)) return 'leave'
  if (wake === null) return alarm === null ? 'leave' : 'delete'
  const at = index.isBehind && !fired ? Math.min(wake.at, now + AGAIN_MS) : wake.at
  return comes(state, at) ? 'leave' : { set: at }
}

/**
 * The platform repeats a fired alarm if its handler dies or fails, up to six times
 * (https://developers.cloudflare.com/durable-objects/api/alarms/). So one alarm is enough for all that a handler writes. It
 * goes when the handler ends or another alarm is set.
 */
function firedAlarmStands({ handlerRuns, alarm }: AlarmState): boolean {
  return handlerRuns && alarm === null
}

/** The alarm that deletes a finished job can be set at once, where the sweep still brings the job's end to the index. */
function isLast({ wake, index }: AlarmState): boolean {
  return wake?.kind === 'expire' && index.sweepsSoon
}

function comes({ alarm, checks, now }: AlarmState, at: number): boolean {
  if (alarm === null || alarm === undefined) return false
  return checks ? alarm <= at && alarm >= now - LOST_MS : alarm === at
}
