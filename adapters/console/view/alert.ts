import type { Html } from '../route.ts'
import { html } from 'hono/html'

/** Something that needs to be said before all else on a page. */
export function alert(text: string): Html {
  return html`<p class="error" role="alert">${text}</p>`
}
