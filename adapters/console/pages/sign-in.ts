import { html } from 'hono/html'
import type { Html } from '../route.ts'

export interface SignIn {
  readonly root: string
  /** Path below the console that the visitor wanted. */
  readonly to: string
  /** Why an earlier try failed. */
  readonly problem: string | null
}

export function signInForm({ root, to, problem }: SignIn): Html {
  return html`<h1>Errand</h1>
    <form method="post" action="${root}/sign-in" class="stack">
      <input type="hidden" name="to" value="${to}" />
      <label for="key">API key</label>
      <input
        id="key"
        name="key"
        type="password"
        autocomplete="current-password"
        spellcheck="false"
        required
        autofocus
        placeholder="errand_…"
        ${problem === null ? '' : html`aria-invalid="true" aria-describedby="problem"`}
      />
      ${problem === null ? '' : html`<p id="problem" class="problem" role="alert">${problem}</p>`}
      <button class="primary">Sign in</button>
      <p class="hint">
        Make a key with <code>errand keys create</code>. Its scopes decide what you see here. The session lasts 12
        hours.
      </p>
    </form>`
}
