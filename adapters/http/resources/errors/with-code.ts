import { html } from 'hono/html'

type Html = ReturnType<typeof html>

/** What stands between backquotes is shown as code. */
export function withCode(text: string): Html[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))
}
