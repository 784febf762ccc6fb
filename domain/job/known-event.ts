import type { AssistantPart } from '../agent/message.ts'
import type { StopReason } from '../agent/next-step.ts'
import type { Effect } from '../agent/tool.ts'
import type { FinishReason, ToolCallCompleted, ToolCallReopened } from '../agent/turn-event.ts'
import type { CallbackEvent, Delivery } from '../callback/delivery.ts'
import { NewerFormatError } from '../storage/errors.ts'
import { refuseNewer } from '../storage/format.ts'
import type { WriteOutcome, WriteRequested } from '../write/event.ts'
import type { WriteMode } from '../write/write.ts'
import { JOURNAL_FORMAT, type JobEvent } from './event.ts'
import type { Wait } from './job.ts'

/** The words of a closed list that this release knows; other releases may know more. */
export interface WordList {
  readonly of: string
  readonly words: readonly string[]
}

function list<Word extends string>(of: string, words: Readonly<Record<Word, true>>): WordList {
  return { of, words: Object.keys(words) }
}

const WAITS = list<Wait['reason']>('wait', { retry: true, unknown_agent: true, outcome_unknown: true, approval: true })
const EFFECTS = list<Effect>('effect', { read: true, idempotent: true, once: true })
const PARTS = list<AssistantPart['type']>('part of a message', { text: true, reasoning: true, tool_call: true })
const FINISHES = list<FinishReason>('finish reason', {
  stop: true,
  tool_calls: true,
  length: true,
  content_filter: true,
  other: true,
})
const STOPS = list<StopReason>('stop reason', {
  finished: true,
  max_iterations: true,
  length: true,
  content_filter: true,
  other: true,
})
const RESULTS = list<ToolCallCompleted['toldBy']>('source of a result', {
  call: true,
  time_limit: true,
  probe: true,
  dispatch_log: true,
  caller: true,
  rejection: true,
})
const REOPENINGS = list<ToolCallReopened['toldBy']>('reason to open a call again', {
  probe: true,
  dispatch_log: true,
  caller: true,
})
const DELIVERIES = list<Delivery['status']>('delivery status', {
  pending: true,
  delivered: true,
  failed: true,
  gone: true,
})
const CALLBACKS = list<CallbackEvent>('callback event', {
  'job.waiting': true,
  'job.completed': true,
  'job.failed': true,
  'job.canceled': true,
})

const WRITE_MODES = list<WriteMode>('mode of writes', { apply: true, propose: true })
const WRITE_ACTIONS = list<WriteRequested['action']>('action on a write', { apply: true, undo: true })
const WRITE_OUTCOMES = list<WriteOutcome>('outcome of a write', {
  applied: true,
  undone: true,
  stale: true,
  failed: true,
})

export const WORD_LISTS = [
  WAITS,
  EFFECTS,
  PARTS,
  FINISHES,
  STOPS,
  RESULTS,
  REOPENINGS,
  DELIVERIES,
  CALLBACKS,
  WRITE_MODES,
  WRITE_ACTIONS,
  WRITE_OUTCOMES,
]

type Used = readonly [list: WordList, word: string]

const none = (): readonly Used[] => []

/** Of every known event, the words that decide what becomes of its job. */
const USED: {
  readonly [Type in JobEvent['type']]: (event: Extract<JobEvent, { readonly type: Type }>) => readonly Used[]
} = {
  'job.submitted': ({ options }) => [
    ...(options?.callback?.events ?? []).map((word): Used => [CALLBACKS, word]),
    ...(options?.writes ? [[WRITE_MODES, options.writes] as const] : []),
  ],
  'attempt.started': none,
  'attempt.released': none,
  'lease.renewed': none,
  'model_call.started': none,
  'model_call.completed': ({ message, finishReason }) => [
    ...message.parts.map(({ type }): Used => [PARTS, type]),
    [FINISHES, finishReason],
  ],
  'model_call.failed': none,
  'model.switched': none,
  'output.refused': none,
  'tool_call.approval_requested': none,
  'tool_call.approved': none,
  'tool_call.started': ({ effect }) => (effect === null ? [] : [[EFFECTS, effect]]),
  'tool_call.completed': ({ toldBy }) => [[RESULTS, toldBy]],
  'tool_call.reopened': ({ toldBy }) => [[REOPENINGS, toldBy]],
  'job.waiting': ({ wait }) => [[WAITS, wait.reason]],
  'job.resumed': none,
  'job.cancel_requested': none,
  'job.completed': ({ stopReason }) => [[STOPS, stopReason]],
  'job.failed': none,
  'job.canceled': none,
  'callback.attempted': ({ becomes }) => [[DELIVERIES, becomes]],
  'callback.redelivery_requested': none,
  'write.proposed': none,
  'write.begun': none,
  'write.approved': none,
  'write.rejected': none,
  'write.requested': ({ action }) => [[WRITE_ACTIONS, action]],
  'write.started': none,
  'write.deferred': none,
  'write.ended': ({ outcome }) => [[WRITE_OUTCOMES, outcome]],
}

/** Every type of event that this release writes. */
export const EVENT_TYPES = Object.keys(USED) as readonly JobEvent['type'][]

/** The words of closed lists in an event of a known type. */
export function wordsIn(event: JobEvent): readonly Used[] {
  return (USED[event.type] as (event: JobEvent) => readonly Used[])(event)
}

/**
 * Refuses an event of a newer release that this release could misread: an unknown type, a newer format, or an unknown
 * word. Words that are only displayed (codes of errors, kinds of actors) may be unknown.
 * @throws {NewerFormatError}
 */
export function refuseNewerEvent(jobId: string, event: JobEvent & { readonly format?: number }): void {
  const job = `Job ${jobId}`
  if (!Object.hasOwn(USED, event.type)) throw new NewerFormatError(job, `event "${event.type}"`)
  refuseNewer(job, { format: event.format ?? 0 }, JOURNAL_FORMAT)
  for (const [{ of, words }, word] of wordsIn(event)) {
    if (!words.includes(word)) throw new NewerFormatError(job, `${of} "${word}"`)
  }
}
