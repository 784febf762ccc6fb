import { CALLBACK_EVENTS, type CallbackEvent, type Delivery } from '../callback/delivery.ts'
import { NewerFormatError } from '../storage/errors.ts'
import { refuseNewer } from '../storage/format.ts'
import { JOURNAL_FORMAT, type JobEvent } from './event.ts'
import type { Wait } from './job.ts'
import type { AssistantPart } from '../agent/message.ts'
import type { Effect } from '../agent/tool.ts'
import type { FinishReason, ToolCallCompleted, ToolCallReopened } from '../agent/turn-event.ts'
import type { StopReason } from '../agent/next-step.ts'

type EventOf<Type> = Extract<JobEvent, { readonly type: Type }>

/** A word of a closed list, and the words that this release knows. */
interface Word {
  readonly in: string
  readonly word: string
  readonly known: object
}

const WAITS: Record<Wait['reason'], true> = { retry: true, unknown_agent: true, outcome_unknown: true }
const EFFECTS: Record<Effect, true> = { read: true, idempotent: true, once: true }
const PARTS: Record<AssistantPart['type'], true> = { text: true, reasoning: true, tool_call: true }
const FINISHES: Record<FinishReason, true> = { stop: true, tool_calls: true, length: true, content_filter: true, other: true }
const STOPS: Record<StopReason, true> = { finished: true, max_iterations: true, length: true, content_filter: true, other: true }
const RESULTS: Record<ToolCallCompleted['toldBy'], true> = { call: true, time_limit: true, probe: true, caller: true }
const REOPENINGS: Record<ToolCallReopened['toldBy'], true> = { probe: true, dispatch_log: true, caller: true }
const DELIVERIES: Record<Delivery['status'], true> = { pending: true, delivered: true, failed: true, gone: true }
const CALLBACKS = Object.fromEntries(CALLBACK_EVENTS.map((event) => [event, true])) as Record<CallbackEvent, true>

const none = (): readonly Word[] => []

/** Of every known event, the words that decide what becomes of its job. */
const WORDS: { readonly [Type in JobEvent['type']]: (event: EventOf<Type>) => readonly Word[] } = {
  'job.submitted': ({ options }) =>
    (options?.callback?.events ?? []).map((word) => ({ in: 'callback event', word, known: CALLBACKS })),
  'attempt.started': none,
  'attempt.released': none,
  'lease.renewed': none,
  'model_call.started': none,
  'model_call.completed': ({ message, finishReason }) => [
    ...message.parts.map(({ type }) => ({ in: 'part', word: type, known: PARTS })),
    { in: 'finish reason', word: finishReason, known: FINISHES },
  ],
  'model_call.failed': none,
  'tool_call.started': ({ effect }) => (effect === null ? [] : [{ in: 'effect', word: effect, known: EFFECTS }]),
  'tool_call.completed': ({ toldBy }) => [{ in: 'source of a result', word: toldBy, known: RESULTS }],
  'tool_call.reopened': ({ toldBy }) => [{ in: 'source of a result', word: toldBy, known: REOPENINGS }],
  'job.waiting': ({ wait }) => [{ in: 'wait', word: wait.reason, known: WAITS }],
  'job.resumed': none,
  'job.cancel_requested': none,
  'job.completed': ({ stopReason }) => [{ in: 'stop reason', word: stopReason, known: STOPS }],
  'job.failed': none,
  'job.canceled': none,
  'callback.attempted': ({ becomes }) => [{ in: 'delivery status', word: becomes, known: DELIVERIES }],
  'callback.redelivery_requested': none,
}

/** Every type of event that this release writes. */
export const EVENT_TYPES = Object.keys(WORDS) as readonly JobEvent['type'][]

/**
 * Refuses an event that a newer release has written, where reading it as this one would could be wrong: another type, a newer format, or a
 * word that is not known. What only tells (codes of errors, kinds of actors) may be unknown.
 * @throws {NewerFormatError}
 */
export function refuseNewerEvent(jobId: string, event: JobEvent & { readonly format?: number }): void {
  const job = `Job ${jobId}`
  if (!Object.hasOwn(WORDS, event.type)) throw new NewerFormatError(job, `event "${event.type}"`)
  refuseNewer(job, { format: event.format ?? 0 }, JOURNAL_FORMAT)
  const wordsOf = WORDS[event.type] as (event: JobEvent) => readonly Word[]
  const unknown = wordsOf(event).find(({ word, known }) => !Object.hasOwn(known, word))
  if (unknown) throw new NewerFormatError(job, `${unknown.in} "${unknown.word}"`)
}
