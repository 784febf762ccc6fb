import { ErrandError } from '#adapters/client/errand-error.ts'
import type { PageStatus } from './route.ts'

/** Why a form is shown again. */
export interface Refusal {
  readonly status: PageStatus
  /** Sentences: one, or one for each member that is wrong. */
  readonly problems: readonly string[]
}

/**
 * What the API refused, for a form that comes back with what was typed. A session that has ended is no matter of the
 * form, and neither is a fault of ours.
 * @throws what is no refusal.
 */
export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof ErrandError) || error.status === 401) throw error
  const status = (error.status === 0 ? 503 : error.status) as PageStatus
  return { status, problems: error.problems.length > 0 ? error.problems : [error.message] }
}
