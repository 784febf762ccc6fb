import { html } from 'hono/html'
import type { JsonValue } from '#domain/json/json.ts'
import type { Html } from '../../route.ts'
import type { Tone } from '../../view/badge.ts'
import type { Stored } from '../../journal.ts'

export type DataOf<Name extends Stored['event']> = Extract<Stored, { readonly event: Name }>['data']

/** One line of the timeline, with what can be read below it. */
export interface Entry {
  readonly tone: Tone
  readonly title: Html | string
  /** In few words: tokens, time taken, outcome. */
  readonly note?: Html | string
  /** Shown at once. */
  readonly body?: Html | string
}

interface Begun {
  readonly at: string
  /** Its model, or the effect of its tool. */
  readonly of: string
}

/**
 * When calls began and what they were made with, for the lines that say how they ended. A call that ends on the same
 * page has one line, at its end. One that does not is under way, or was cut off by a crash: it has a line of its own.
 */
export class Calls {
  readonly #begun = new Map<string, Begun>()
  readonly #inputs = new Map<string, JsonValue>()
  readonly #ending: Map<string, number>
  readonly #next: Map<number, string>
  readonly #proposed: ReadonlySet<string>
  /** What the last model call that failed said. */
  lastFailure = ''
  attempts = 0

  constructor(events: readonly Stored[]) {
    const ends = events.flatMap((stored) => endedCall(stored) ?? [])
    this.#ending = new Map(ends.map(({ call, id }) => [call, id]))
    this.#next = new Map(events.slice(1).map(({ data }, index) => [events[index]?.id ?? 0, data.at]))
    this.#proposed = new Set(events.flatMap(({ event, data }) => (event === 'write.proposed' ? data.callId : [])))
  }

  /** @returns whether its end has a line. */
  begin(call: string, begun: Begun & { readonly id: number }): boolean {
    this.#begun.set(call, begun)
    return (this.#ending.get(call) ?? 0) > begun.id
  }

  begun(call: string): Begun | undefined {
    return this.#begun.get(call)
  }

  /** When the event after this one came, on the same page. */
  next(id: number): string | undefined {
    return this.#next.get(id)
  }

  /** Whether a call proposes a write: for its tool alone, that is to read. */
  proposes(callId: string): boolean {
    return this.#proposed.has(callId)
  }

  asked(callId: string, input: JsonValue): void {
    this.#inputs.set(callId, input)
  }

  inputOf(callId: string): JsonValue | undefined {
    return this.#inputs.get(callId)
  }
}

export function modelCall(iteration: number): string {
  return `model ${String(iteration)}`
}

function endedCall({ id, event, data }: Stored): { readonly call: string; readonly id: number } | null {
  if (event === 'model_call.completed' || event === 'model_call.failed') return { call: modelCall(data.iteration), id }
  return event === 'tool_call.completed' ? { call: data.result.callId, id } : null
}

/** What a person or a model wrote, as it is. */
export function saidText(text: string): Html | '' {
  return text === '' ? '' : html`<p class="said">${text}</p>`
}
