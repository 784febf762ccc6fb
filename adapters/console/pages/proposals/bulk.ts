import { html } from 'hono/html'
import { ErrandError } from '#adapters/client/errand-error.ts'
import type { OperationRequest, ProposalCounts } from '#adapters/client/types.ts'
import { BULK_STATUSES, DECISION_ACTIONS, type DecisionAction } from '#domain/write/decide.ts'
import { onceKey } from '../../once.ts'
import type { Done, Html } from '../../route.ts'
import { actionButton } from '../../view/button.ts'
import { textIn } from '../../view/field.ts'
import { number } from '../../view/json.ts'
import type { Visit } from '../../visit.ts'
import { ALL, type Filter, filterOf, operationFilter } from './filter.ts'

const LABELS: Readonly<Record<DecisionAction, string>> = {
  approve: 'Approve',
  apply: 'Apply',
  reject: 'Reject',
  undo: 'Undo',
}

/** What can be done to all that fit the filter, each with how many that are. One alone has the same buttons itself. */
export function bulkForms(filter: Filter, counts: ProposalCounts, { may, href, now }: Visit): Html | '' {
  if (!may('approve')) return ''
  const buttons = DECISION_ACTIONS.map((action) => ({ action, many: readyFor(action, filter, counts) }))
    .filter(({ many }) => many > 1)
    .map(({ action, many }) => {
      const label = `${LABELS[action]} all ${number(many)}`
      return actionButton({
        action: href('/proposals/bulk'),
        label,
        kind: action === 'reject' || action === 'undo' ? 'danger' : 'plain',
        fields: { action, filter: new URLSearchParams(filter).toString(), before: new Date(now + 1).toISOString() },
        once: true,
        confirm: `${label}? ${number(many)} proposals fit the filter, on all pages.`,
      })
    })
  if (buttons.length === 0) return ''
  return html`<div class="toolbar bulk"><b>All that fit the filter:</b> ${buttons}</div>`
}

/** Those of finished jobs, in the statuses that the action is for. */
function readyFor(action: DecisionAction, { status }: Filter, { ready }: ProposalCounts): number {
  const possible = BULK_STATUSES[action].filter((one) => status === ALL || one === status)
  return possible.reduce((sum, one) => sum + ready[one], 0)
}

/** Starts the operation, which leaves alone what was proposed after the page was shown. */
export async function decideInBulk(visit: Visit): Promise<Done> {
  const form = await visit.form()
  const action = DECISION_ACTIONS.find((one) => one === textIn(form, 'action'))
  const filter = filterOf({ query: new URLSearchParams(textIn(form, 'filter')) })
  if (!action) {
    const message = `The form names no action: one of ${DECISION_ACTIONS.join(', ')}. Nothing was done.`
    throw new ErrandError({ code: 'invalid_request', status: 400, retryable: false, message })
  }
  const request: OperationRequest = { action, filter: operationFilter(filter, textIn(form, 'before')) }
  const { id, total } = await visit.api.startOperation(request, { idempotencyKey: await onceKey(form) })
  return { to: `/operations/${id}`, notice: `${LABELS[action]}: ${number(total)} proposals, one after the other.` }
}
