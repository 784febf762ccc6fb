import type { JsonValue } from '../json/json.ts'

/** What a person says of a call that a job waits for. */
export type Resolution = Outcome | Decision | { readonly outcome: 'fail' }

/** Of a call of unknown outcome: it happened and brought this, or it did not and may be made. */
export type Outcome =
  { readonly outcome: 'happened'; readonly result: JsonValue } | { readonly outcome: 'did_not_happen' }

/** Of a call that waits for approval: it may be made, with its own input or this one; or it may not. */
export type Decision =
  | { readonly outcome: 'approved'; readonly input?: JsonValue }
  | { readonly outcome: 'rejected'; readonly reason?: string }

export function isDecision(resolution: Resolution): resolution is Decision {
  return resolution.outcome === 'approved' || resolution.outcome === 'rejected'
}
