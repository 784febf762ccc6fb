import { html } from 'hono/html'
import type { JsonValue } from '#domain/json/json.ts'
import { dollars } from '#domain/money/dollars.ts'
import type { Stored } from '../../journal.ts'
import type { Html } from '../../route.ts'
import { actorName } from '../../view/actor.ts'
import { jsonBlock, number } from '../../view/json.ts'
import { elapsed, time } from '../../view/time.ts'
import { type Calls, type DataOf, type Entry, modelCall, saidText } from './entry.ts'

type Numbered<Name extends Stored['event']> = DataOf<Name> & { readonly id: number }

/** Reasons for which an answer ends that need no word: the next line shows them. */
const EXPECTED: ReadonlySet<string> = new Set(['stop', 'tool_calls'])

/** What model and tool calls come to. An intent has a line of its own: after a crash it may be all that is there. */
export const CALL_ENTRIES = {
  'model_call.started': (data: Numbered<'model_call.started'>, calls: Calls): Entry | null => {
    const { id, at, iteration, model, instructions } = data
    const hasEnd = calls.begin(modelCall(iteration), { id, at, of: model })
    const body = instructions === undefined ? '' : folded('Instructions', instructions)
    if (hasEnd && body === '') return null
    return { tone: hasEnd ? 'quiet' : 'busy', title: `Model call ${String(iteration)}`, note: model, body }
  },
  'model_call.completed': (data: DataOf<'model_call.completed'>, calls: Calls): Entry => {
    const { iteration, usage, costMicros, message, finishReason, rawFinishReason } = data
    for (const part of message.parts) if (part.type === 'tool_call') calls.asked(part.id, part.input)
    const ended = rawFinishReason !== undefined && rawFinishReason !== finishReason ? ` (${rawFinishReason})` : ''
    const note = [
      ...taken(calls, modelCall(iteration), data.at),
      tokens(usage),
      priced(costMicros),
      ...(EXPECTED.has(finishReason) ? [] : [finishReason.replaceAll('_', ' ') + ended]),
    ]
    return {
      tone: 'good',
      title: `Model answered ${String(iteration)}`,
      note: joined(note),
      body: parts(message.parts),
    }
  },
  'model_call.failed': (data: DataOf<'model_call.failed'>, calls: Calls): Entry => {
    const { at, iteration, message, usage, costMicros = null } = data
    calls.lastFailure = message
    const wasted = usage ? [`wasted ${tokens(usage)}`, priced(costMicros)] : []
    return {
      tone: 'bad',
      title: `Model call ${String(iteration)} failed`,
      note: joined([...taken(calls, modelCall(iteration), at), ...wasted]),
      body: html`<div class="error">${message}</div>`,
    }
  },
  'model.switched': ({ from, to, reason }: DataOf<'model.switched'>): Entry => ({
    tone: 'attention',
    title: 'Model switched',
    note: `${from} → ${to} (${reason})`,
  }),
  'output.refused': ({ problems }: DataOf<'output.refused'>): Entry => ({
    tone: 'attention',
    title: 'Output refused',
    note: 'The model is asked again.',
    body: html`<ul>
      ${problems.map((problem) => html`<li>${problem}</li>`)}
    </ul>`,
  }),
  'tool_call.started': ({ id, at, callId, name, effect }: Numbered<'tool_call.started'>, calls: Calls): Entry | null =>
    calls.begin(callId, { id, at, of: calls.proposes(callId) ? 'proposes a write' : (effect ?? '') })
      ? null
      : { tone: 'busy', title: html`Tool <code>${name}</code>`, note: effect ?? '', body: argument(calls, callId) },
  'tool_call.completed': ({ at, result, toldBy }: DataOf<'tool_call.completed'>, calls: Calls): Entry => ({
    tone: result.isError ? 'bad' : 'good',
    title: html`Tool <code>${result.name}</code> ${result.isError ? 'failed' : 'returned'}`,
    note: joined([
      ...taken(calls, result.callId, at),
      toldBy === 'call' ? '' : `known by ${toldBy.replaceAll('_', ' ')}`,
    ]),
    body: html`<div class="exchange">${argument(calls, result.callId)}${jsonBlock(result.output)}</div>`,
  }),
  'tool_call.reopened': ({ callId, toldBy }: DataOf<'tool_call.reopened'>): Entry => ({
    tone: 'quiet',
    title: 'Tool call had not happened',
    note: joined([`so it is made again`, `known by ${toldBy.replaceAll('_', ' ')}`, callId]),
  }),
  'tool_call.approval_requested': (data: DataOf<'tool_call.approval_requested'>, calls: Calls): Entry => ({
    tone: 'attention',
    title: html`<code>${data.name}</code> waits for approval`,
    note: data.expiresAt === undefined ? '' : html`expires ${time(data.expiresAt)}`,
    body: argument(calls, data.callId),
  }),
  'tool_call.approved': ({ by, input }: DataOf<'tool_call.approved'>): Entry => ({
    tone: 'good',
    title: 'Approved',
    note: `by ${actorName(by)}`,
    body: input === undefined ? '' : jsonBlock(input),
  }),
}

function parts(all: DataOf<'model_call.completed'>['message']['parts']): Html {
  return html`${all.map((part) => {
    if (part.type === 'tool_call') return ''
    return part.type === 'reasoning' ? folded('Reasoning', part.text) : saidText(part.text)
  })}`
}

function argument(calls: Calls, callId: string): Html | '' {
  const input = calls.inputOf(callId)
  return input === undefined ? '' : jsonBlock(input)
}

export function folded(label: string, value: JsonValue): Html | '' {
  if (value === '') return ''
  return html`<details>
    <summary>${label}</summary>
    ${jsonBlock(value)}
  </details>`
}

/** What it was made with or to, and how long it took. */
function taken(calls: Calls, call: string, at: string): readonly string[] {
  const begun = calls.begun(call)
  return begun === undefined ? [] : [begun.of, elapsed(begun.at, at)]
}

type Usage = DataOf<'model_call.completed'>['usage']

/** `1,204 in (800 cached) · 96 out`. */
export function tokens({ inputTokens, cachedInputTokens, outputTokens }: Usage): string {
  const cached = cachedInputTokens > 0 ? ` (${number(cachedInputTokens)} cached)` : ''
  return `${number(inputTokens)} tokens in${cached}, ${number(outputTokens)} out`
}

function priced(costMicros: number | null): string {
  return costMicros === null ? '' : dollars(costMicros)
}

export function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ')
}
