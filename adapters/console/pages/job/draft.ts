import { ErrandError } from '#adapters/client/errand-error.ts'
import type { Job, SubmitRequest } from '#adapters/client/types.ts'
import { CALLBACK_EVENTS } from '#domain/callback/delivery.ts'
import type { JsonValue } from '#domain/json/json.ts'
import { textIn } from '../../view/field.ts'

const TEXTS = [
  'agent',
  'input',
  'writes',
  'tags',
  'metadata',
  'batch',
  'callback',
  'retentionSeconds',
  'runAt',
] as const

/** A submission as the texts of a form: all that a caller can say of a job. */
export interface Draft extends Readonly<Record<(typeof TEXTS)[number], string>> {
  /** What the receiver of `callback` is called for. */
  readonly events: readonly string[]
}

/** What a job was submitted with. */
export function draftOf(job: Job): Draft {
  const { agent, input = null, writes = '', batch, callback, retentionSeconds = '', runAt = '' } = job
  return {
    agent,
    input: pretty(input),
    writes,
    ...notesOf(job),
    batch: batch ?? '',
    callback: callback?.url ?? '',
    events: callback?.events ?? CALLBACK_EVENTS,
    retentionSeconds: String(retentionSeconds),
    runAt,
  }
}

function notesOf({ tags = [], metadata = {} }: Job): Pick<Draft, 'tags' | 'metadata'> {
  return { tags: tags.join('\n'), metadata: Object.keys(metadata).length === 0 ? '' : pretty(metadata) }
}

function pretty(value: JsonValue): string {
  return JSON.stringify(value, null, 2)
}

export function draftIn(form: FormData): Draft {
  const texts = Object.fromEntries(TEXTS.map((name) => [name, textIn(form, name)])) as Record<keyof Draft, string>
  return { ...texts, events: form.getAll('events').filter((event) => typeof event === 'string') }
}

/** As the API takes it; the API says what is wrong with its members. @throws {ErrandError} for JSON that is none. */
export function requestOf(draft: Draft): SubmitRequest {
  const { agent, input, writes, tags, metadata, batch, callback, events, retentionSeconds, runAt } = draft
  const labels = tags.split('\n').flatMap((tag) => tag.trim() || [])
  const said = {
    agent,
    input: jsonOf(input, 'The input'),
    ...(writes !== '' && { writes }),
    ...(labels.length > 0 && { tags: labels }),
    ...(metadata !== '' && { metadata: jsonOf(metadata, 'The metadata') }),
    ...(batch !== '' && { batch }),
    ...(callback !== '' && { callback: { url: callback, events } }),
    ...(retentionSeconds !== '' && { retentionSeconds: Number(retentionSeconds) }),
    ...(runAt !== '' && { runAt }),
  }
  return said as SubmitRequest
}

/** @throws {ErrandError} where it is not JSON. */
export function jsonOf(source: string, what: string): JsonValue {
  try {
    return JSON.parse(source) as JsonValue
  } catch (error) {
    const message = `${what} is not JSON: ${(error as Error).message}.`
    throw new ErrandError({ code: 'malformed_json', status: 400, retryable: false, message })
  }
}
