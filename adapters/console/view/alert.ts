import { html } from 'hono/html'
import type { Html } from '../route.ts'
import { jsonBlock } from './json.ts'

/** What is wrong with a form, before all else in it. */
export function alerts(problems: readonly string[]): Html {
  const lines = problems.map((problem) => html`<p>${problem}</p>`)
  return html`<div class="error" role="alert">${lines}</div>`
}

/** What a visitor has typed, where no form is there any more to hold it. */
export function typedText(text: string): Html {
  return html`<p>What you wrote:</p>
    ${jsonBlock(text)}`
}

/** Something that needs to be said before all else on a page. */
export function alert(text: string): Html {
  return html`<p class="error" role="alert">${text}</p>`
}
