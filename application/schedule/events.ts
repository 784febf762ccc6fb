import type { JsonValue } from '#domain/json/json.ts'
import { MAX_EVENTS, MAX_INPUT_CHARS, type Schedule } from '#domain/schedule/schedule.ts'
import type { ScheduleSpec } from '#domain/schedule/spec.ts'

/** With the input of one more PUT, within bounds: the oldest are dropped. */
export function withEvent(
  events: readonly JsonValue[],
  dropped: number,
  { merge, input }: Pick<ScheduleSpec, 'merge' | 'input'>,
): Pick<Schedule, 'events' | 'droppedEvents'> {
  if (merge !== 'all') return { events: [], droppedEvents: 0 }
  const kept = [...events, input].slice(-MAX_EVENTS)
  let chars = JSON.stringify(kept).length
  while (kept.length > 1 && chars > MAX_INPUT_CHARS) chars -= JSON.stringify(kept.shift()).length + 1
  return { events: kept, droppedEvents: dropped + events.length + 1 - kept.length }
}
