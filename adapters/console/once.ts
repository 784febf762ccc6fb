import { html } from 'hono/html'
import { WebHasher } from '#adapters/web/hasher.ts'
import type { Html } from './route.ts'
import type { Visit } from './visit.ts'

const NAME = 'key'

/** A field that makes a form do its work once. Its value is made with the page, so a second click sends the same one. */
export function onceField(): Html {
  return html`<input type="hidden" name="${NAME}" value="${crypto.randomUUID()}" />`
}

/**
 * The idempotency key of a form: the same for the same form with the same contents. A visitor who goes back, changes
 * something and sends the form again means something new.
 */
export async function onceKey(form: FormData): Promise<string> {
  // A form that another program makes up has no such field, and each of it is new.
  if (!form.has(NAME)) return crypto.randomUUID()
  return new WebHasher().sha256(JSON.stringify([...form].filter(([, value]) => typeof value === 'string')))
}

/** What a form has created, and whether that was by an earlier click. */
export interface Created<T> {
  readonly made: T
  readonly isRepeat: boolean
}

interface Order {
  /** An idempotency key: `onceKey`. */
  readonly key: string
  readonly body?: unknown
}

/** Creates something through the API. @throws {ErrandError} */
export async function createOnce<T>({ raw }: Visit, path: string, { key, body }: Order): Promise<Created<T>> {
  const json = body === undefined ? {} : { 'content-type': 'application/json' }
  const response = await raw.pass(path, {
    method: 'POST',
    headers: { 'idempotency-key': `"${key}"`, ...json },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const isRepeat = response.headers.get('idempotency-replayed') === 'true'
  return { made: (await response.json()) as T, isRepeat }
}

/** What the next page says. */
export function createdNotice({ isRepeat }: Pick<Created<unknown>, 'isRepeat'>, notice: string): string {
  return isRepeat ? 'This form was sent before. This is what came of it.' : notice
}
