import { html } from 'hono/html'
import type { ErrandError } from '#adapters/client/errand-error.ts'
import type { Html } from '../route.ts'
import { remedyOf } from '../view/remedy.ts'

export type Problem = Pick<ErrandError, 'status' | 'code' | 'message' | 'problems' | 'retryable'>

interface Links {
  /** Address of the page that explains a code. */
  readonly explained: (code: string) => string
  readonly root: string
}

/** What the API refused, as a page. */
export function problemBody({ status, code, message, problems, retryable }: Problem, links: Links): Html {
  const list = problems.map((problem) => html`<li>${problem}</li>`)
  return html`<section class="refused">
    <p class="code">${String(status)} <code>${code}</code></p>
    <h1>${TITLES[status] ?? (status >= 500 ? 'The service cannot answer' : 'This cannot be done')}</h1>
    <p>${message}</p>
    ${
      problems.length > 1
        ? html`<ul>
            ${list}
          </ul>`
        : ''
    }
    <p>${remedyOf(code)}</p>
    ${retryable ? html`<p>The same request may succeed later.</p>` : ''}
    <p>
      <a href="${links.explained(code)}">What <code>${code}</code> means</a> ·
      <a href="${links.root}">Overview</a>
    </p>
  </section>`
}

const TITLES: Readonly<Record<number, string>> = {
  403: 'This key may not do that',
  404: 'Not found',
  409: 'Not possible now',
  413: 'Too large',
  429: 'Too many requests',
}
