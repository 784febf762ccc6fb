import { html } from 'hono/html'
import { onceField } from '../once.ts'
import type { Html } from '../route.ts'

export interface ActionButton {
  /** Address of a form's target: `visit.href('/jobs/…/cancel')`. */
  readonly action: string
  readonly label: string
  readonly kind?: 'primary' | 'danger' | 'plain'
  /** Hidden fields. */
  readonly fields?: Readonly<Record<string, string>>
  /** For what a second click would do twice: `onceKey` reads it. */
  readonly once?: boolean
  /** Asked before the form is sent, where the script runs. */
  readonly confirm?: string
}

/** A form that is one button: every change of state is a POST. */
export function actionButton({
  action,
  label,
  kind = 'plain',
  fields = {},
  once = false,
  confirm,
}: ActionButton): Html {
  const hidden = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  )
  return html`<form method="post" action="${action}" class="inline" ${confirming(confirm)}>
    ${hidden}${once ? onceField() : ''}<button class="${kind}">${label}</button>
  </form>`
}

/** For a form of several fields. */
export function confirming(confirm: string | undefined): Html | '' {
  return confirm === undefined ? '' : html`data-confirm="${confirm}"`
}
