import { message } from '../sse.ts'
import { EVENT_EXAMPLES } from '../wire/event-examples.ts'

type Events = typeof EVENT_EXAMPLES.run

/** As it goes over the wire: the events of a journal are numbered, text is not. */
function stream(isJournal: boolean, events: readonly (keyof Events)[]): string {
  let seq = 0
  return events
    .map((event) => {
      const data = EVENT_EXAMPLES.run[event]
      return message(isJournal && event !== 'text' ? { id: ++seq, event, data } : { event, data })
    })
    .join('')
}

const CALLS = [
  'model_call.started',
  'text',
  'model_call.completed',
  'tool_call.started',
  'tool_call.completed',
] as const

export const STREAM_EXAMPLES = {
  job: stream(true, ['job.submitted', 'attempt.started', ...CALLS, 'job.completed']),
  run: stream(false, [...CALLS, 'report']),
}
