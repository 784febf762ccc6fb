import type { JsonValue } from '../json/json.ts'

/** What became of a call of unknown outcome: it happened and brought this, it did not and may be made, or the job shall fail. */
export type Resolution =
  | { readonly outcome: 'happened'; readonly result: JsonValue }
  | { readonly outcome: 'did_not_happen' }
  | { readonly outcome: 'fail' }
