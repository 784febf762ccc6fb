import { html } from 'hono/html'
import type { Html } from '../route.ts'

/** A part of a page with a heading. @param actions buttons or links beside it. */
export function card(title: string, body: Html | string, actions: Html | string = ''): Html {
  return html`<section class="card">
    <header>
      <h2>${title}</h2>
      ${actions}
    </header>
    ${body}
  </section>`
}

/** The heading of a page. @param actions buttons or links beside it. */
export function heading(title: Html | string, actions: Html | string = ''): Html {
  return html`<div class="heading">
    <h1>${title}</h1>
    <div class="actions">${actions}</div>
  </div>`
}

/** A number with what it counts, which may lead to the list. */
export function figure(label: Html | string, value: string, href?: string): Html {
  const inner = html`<span class="figure">${value}</span><span>${label}</span>`
  return href === undefined ? html`<div class="tile">${inner}</div>` : html`<a class="tile" href="${href}">${inner}</a>`
}

/** Said by screen readers when it changes, where the page has changed by itself. */
export function news(text: string): Html {
  return html`<p class="hidden" role="status">${text}</p>`
}
