import { html } from 'hono/html'
import type { Html } from '../route.ts'

export interface Pager {
  /** Address of the page, with its filters in the query. */
  readonly here: string
  /** Name of the token in the query. */
  readonly name?: string
  /** Token of the next page; absent on the last one. */
  readonly next: string | undefined
  /** Whether this is not the first page. */
  readonly isLater: boolean
}

/** Pages by cursor: the first and the next. The browser's own button goes back. */
export function pager({ here, name = 'page_token', next, isLater }: Pager): Html | '' {
  if (next === undefined && !isLater) return ''
  return html`<nav class="pager" aria-label="Pages">
    ${isLater ? html`<a href="${withToken(here, name, null)}">First page</a>` : ''}
    ${next === undefined ? html`<span>End of the list</span>` : html`<a href="${withToken(here, name, next)}">Next page</a>`}
  </nav>`
}

function withToken(here: string, name: string, token: string | null): string {
  const [path = '', search = ''] = here.split('?')
  const query = new URLSearchParams(search)
  if (token === null) query.delete(name)
  else query.set(name, token)
  const text = query.toString()
  return text === '' ? path : `${path}?${text}`
}
