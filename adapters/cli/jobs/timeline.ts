import { dollars } from '#domain/money/dollars.ts'
import type { JobEvent } from '../../client/types.ts'
import type { Paint } from '../paint.ts'
import { nameOfActor } from '#domain/tenant/actor.ts'
import { OF_STOPS } from '#domain/explanation/of-stops.ts'
import { withoutControls } from '#adapters/web/without-controls.ts'

type DataOf<Name extends JobEvent['event']> = Extract<JobEvent, { readonly event: Name }>['data']

interface Said {
  readonly tone: keyof Paint | null
  readonly text: string
  /** What `logs` shows below it. */
  readonly detail?: unknown
}

type Lines = { readonly [Name in JobEvent['event']]?: (data: DataOf<Name>, seen: Seen) => Said | null }

/** When calls began, by their id or the number of the iteration. */
class Seen {
  readonly #begun = new Map<string | number, string>()
  attempts = 0

  begin(call: string | number, at: string): void {
    this.#begun.set(call, at)
  }

  /** Such as " after 2.3 s"; nothing where its beginning was not seen. */
  since(call: string | number, at: string): string {
    const begun = this.#begun.get(call)
    return begun === undefined ? '' : ` after ${((Date.parse(at) - Date.parse(begun)) / 1000).toFixed(1)} s`
  }
}

const LONGEST = 120

export interface TimelineOptions {
  readonly paint: Paint
  /** Whether inputs, outputs and texts are shown, whole. */
  readonly detailed: boolean
}

/** Makes lines of a job's events, for a person. */
export class Timeline {
  readonly #options: TimelineOptions
  readonly #seen = new Seen()

  constructor(options: TimelineOptions) {
    this.#options = options
  }

  /** The line of an event; `null` for one that a person need not see. */
  line({ event, data }: JobEvent): string | null {
    const { paint, detailed } = this.#options
    if (event === 'text') return null
    const make = LINES[event] as ((data: unknown, seen: Seen) => Said | null) | undefined
    const said = make ? make(data, this.#seen) : { tone: null, text: event.replaceAll(/[._]/g, ' ') }
    if (said === null) return null
    const time = new Date(data.at).toTimeString().slice(0, 8)
    const words = withoutControls(said.text).replaceAll('\n', ' ')
    const text = said.tone === null ? words : paint[said.tone](words)
    const detail = said.detail === undefined ? '' : detailed ? indented(said.detail) : oneLine(said.detail, paint)
    return `${paint.faint(time)}  ${text}${detail}\n`
  }
}

const LINES: Lines = {
  'job.submitted': ({ agent, by, input }) => said(null, `submitted to ${agent} by ${nameOfActor(by)}`, input),
  'attempt.started': (_, seen) => said('faint', `attempt ${String(++seen.attempts)}`),
  'attempt.released': () => said('faint', 'put back, to go on later'),
  'lease.renewed': () => null,
  'model_call.started': ({ at, iteration, model }, seen) => {
    seen.begin(iteration, at)
    return said('faint', `model call ${String(iteration)} to ${model}`)
  },
  'model_call.completed': ({ at, iteration, usage, costMicros, message, finishReason }, seen) => {
    const cost = costMicros === null ? '' : `, ${dollars(costMicros)}`
    const tokens = `${String(usage.inputTokens)} tokens in, ${String(usage.outputTokens)} out${cost}`
    const text = `model call ${String(iteration)} answered${seen.since(iteration, at)} (${tokens}, ${finishReason})`
    return said(null, text, textOf(message))
  },
  'model_call.failed': ({ at, iteration, message }, seen) =>
    said('notice', `model call ${String(iteration)} failed${seen.since(iteration, at)}: ${message}`),
  'model.switched': ({ from, to, reason }) => said('notice', `switched from ${from} to ${to} (${reason})`),
  'output.refused': ({ problems }) => said('notice', `output refused: ${problems.join('; ')}`),
  'tool_call.started': ({ at, callId, name, effect }, seen) => {
    seen.begin(callId, at)
    return said('faint', `calls ${name}${effect === null ? '' : `, which ${EFFECTS[effect]}`}`)
  },
  'tool_call.completed': ({ at, result: { callId, name, isError, output }, toldBy }, seen) => {
    const by = toldBy === 'call' ? seen.since(callId, at) : ` (${toldBy.replaceAll('_', ' ')})`
    return said(isError ? 'notice' : null, `${name} ${isError ? 'failed' : 'returned'}${by}`, output)
  },
  'tool_call.reopened': ({ callId, toldBy }) =>
    said('faint', `call ${callId} had not happened (${toldBy.replaceAll('_', ' ')}), so it is made`),
  'tool_call.approval_requested': ({ callId, name }) => said('notice', `${name} waits for approval, as call ${callId}`),
  'tool_call.approved': ({ callId, by }) => said('good', `call ${callId} approved by ${nameOfActor(by)}`),
  'job.waiting': ({ wait }) => said('notice', waitText(wait)),
  'job.resumed': ({ by }) => said(null, `resumed by ${nameOfActor(by)}`),
  'job.cancel_requested': ({ by }) => said('notice', `cancel requested by ${nameOfActor(by)}`),
  'job.completed': ({ stopReason, output }) => {
    const stop = OF_STOPS[stopReason]
    if (stop === null) return said('good', 'completed', output)
    return said('notice', `completed. ${stop.cause} ${stop.remedy}`, output)
  },
  'job.failed': ({ error }) => said('bad', `failed: ${error.message} (${error.code})`),
  'job.canceled': () => said('bad', 'canceled'),
  'callback.attempted': ({ status, reason, becomes }) =>
    said(becomes === 'delivered' ? 'faint' : 'notice', `callback ${CALLBACKS[becomes]} (${reason ?? String(status)})`),
}

/** What a crash in the middle of the call would mean. */
const EFFECTS: Readonly<Record<NonNullable<DataOf<'tool_call.started'>['effect']>, string>> = {
  read: 'changes nothing by itself',
  idempotent: 'may be repeated',
  once: 'must not be repeated',
}

const CALLBACKS: Readonly<Record<DataOf<'callback.attempted'>['becomes'], string>> = {
  delivered: 'delivered',
  pending: 'not taken, to be sent again',
  failed: 'given up',
  gone: 'refused for good',
}

function said(tone: Said['tone'], text: string, detail?: unknown): Said {
  return { tone, text, ...(detail !== undefined && detail !== '' && { detail }) }
}

function waitText(wait: DataOf<'job.waiting'>['wait']): string {
  switch (wait.reason) {
    case 'retry':
      return `waits until ${wait.until} to try again: ${wait.error.message} (${wait.error.code})`
    case 'unknown_agent':
      return 'waits for a server that knows its agent: none that has looked does'
    case 'outcome_unknown':
      return `waits to be told what became of ${callsText(wait.calls)}`
    case 'approval':
      return `waits for approval of ${callsText(wait.calls)}`
  }
}

function callsText(calls: readonly { readonly callId: string; readonly name: string }[]): string {
  return calls.map(({ callId, name }) => `${name} (${callId})`).join(', ')
}

function textOf({ parts }: DataOf<'model_call.completed'>['message']): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
}

function indented(detail: unknown): string {
  const text = withoutControls(typeof detail === 'string' ? detail : JSON.stringify(detail, null, 2))
  return `\n${text.replaceAll(/^/gm, '          ')}`
}

function oneLine(detail: unknown, { faint }: Paint): string {
  const whole = typeof detail === 'string' ? detail : JSON.stringify(detail)
  const text = withoutControls(whole.replaceAll(/\s+/g, ' '))
  return `  ${faint(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)}`
}
