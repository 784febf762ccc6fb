import type { JobQuery, OperationRequest } from '#adapters/client/types.ts'

/** What a list of jobs can be narrowed by, as the address says it and the API takes it. */
export const FILTER_NAMES = [
  'q',
  'status',
  'agent',
  'tag',
  'batch',
  'error',
  'needs',
  'stop_reason',
  'created_after',
  'created_before',
] as const

type FilterName = (typeof FILTER_NAMES)[number]
export type Filter = Partial<Record<FilterName, string>>

/** The filter of an address. A form sends empty fields too, and moments without their zone, which is UTC. */
export function filterIn(query: URLSearchParams): Filter {
  const entries = FILTER_NAMES.flatMap((name): [FilterName, string][] => {
    const value = query.get(name)?.trim() ?? ''
    if (value === '') return []
    return [[name, name.startsWith('created_') ? inUtc(value) : value]]
  })
  return Object.fromEntries(entries)
}

function inUtc(moment: string): string {
  if (/T\d\d:\d\d$/.test(moment)) return `${moment}:00Z`
  return /T\d\d:\d\d:\d\d(?:\.\d+)?$/.test(moment) ? `${moment}Z` : moment
}

export function withoutStatus(filter: Filter): Filter {
  return Object.fromEntries(Object.entries(filter).filter(([name]) => name !== 'status'))
}

/** As the API takes it; a status that is none is refused there. */
export function queryOf(filter: Filter): Omit<JobQuery, 'page_size' | 'page_token'> {
  return filter as Omit<JobQuery, 'page_size' | 'page_token'>
}

/** For an address of the console: `?status=failed&tag=autumn`, or `''`. */
export function searchOf(filter: Filter, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams({ ...filter, ...more }).toString()
  return query === '' ? '' : `?${query}`
}

type JobFilter = Extract<OperationRequest, { action: 'cancel' | 'retry' | 'delete' }>['filter']

/** As an operation takes it. */
export function operationFilter({ status, stop_reason, created_after, created_before, ...same }: Filter): JobFilter {
  return {
    ...same,
    ...(status && { status: status.split(',') }),
    ...(stop_reason && { stopReason: stop_reason }),
    ...(created_after && { createdAfter: created_after }),
    ...(created_before && { createdBefore: created_before }),
  } as JobFilter
}
