import { sentenceOf } from '#domain/agent/thrown.ts'
import { clip } from '#domain/json/issues.ts'
import { type WebhookAction, problemWithActions } from '#domain/webhook/action.ts'
import type { WebhookEntry } from '#domain/webhook/event.ts'
import type { Webhook, WebhookEvent } from '#domain/webhook/webhook.ts'

/** What is to be done about an event, before anything is. */
export type Plan =
  | { readonly kind: 'nothing'; readonly outcome: 'filtered' | 'no_action'; readonly reason: string | null }
  | { readonly kind: 'failed'; readonly reason: string; readonly cause: unknown }
  | { readonly kind: 'act'; readonly actions: readonly WebhookAction[] }

const LONGEST_REASON = 500

/** Asks the author's code. Never throws. @param unfiltered skips the filter, for a caller who wants this event handled. */
export async function planEvent(webhook: Webhook, event: WebhookEvent, unfiltered = false): Promise<Plan> {
  try {
    const reason = unfiltered ? null : ((await webhook.filter?.(event)) ?? null)
    if (reason !== null) return { kind: 'nothing', outcome: 'filtered', reason: clip(reason, LONGEST_REASON) }
    const actions = webhook.handle(event)
    ignoreRejection(actions)
    const problem = problemWithActions(actions)
    if (problem !== null) return { kind: 'failed', reason: problem, cause: new TypeError(problem) }
    if (actions.length === 0) return { kind: 'nothing', outcome: 'no_action', reason: null }
    return { kind: 'act', actions }
  } catch (cause) {
    return { kind: 'failed', reason: failureReason(cause), cause }
  }
}

/** Of a handler that returns a promise against its type: that is refused, and its rejection must not end the process. */
function ignoreRejection(returned: unknown): void {
  if (returned instanceof Promise) returned.catch(() => undefined)
}

/** Why something failed, for the log of events. */
export function failureReason(cause: unknown): string {
  return clip(sentenceOf(cause, 'handle'), LONGEST_REASON)
}

/** The outcome that a new event is recorded with. */
export function plannedOutcome(plan: Plan): Pick<WebhookEntry, 'outcome' | 'reason'> {
  switch (plan.kind) {
    case 'nothing':
      return { outcome: plan.outcome, reason: plan.reason }
    case 'failed':
      return { outcome: 'handler_failed', reason: plan.reason }
    case 'act':
      return { outcome: 'pending', reason: null }
  }
}
