import { html } from 'hono/html'
import type { OperationRequest, ProposalQuery } from '#adapters/client/types.ts'
import { WRITE_STATUSES } from '#domain/write/write.ts'
import type { Html } from '../../route.ts'
import { choice, filterText, filters, queryOf, withQuery } from '../../view/field.ts'
import type { Visit } from '../../visit.ts'

const NAMES = ['status', 'agent', 'batch', 'flag', 'target', 'job', 'sample'] as const

/** Which proposals a page shows, as its address says it. Those that are to be decided, unless it says otherwise. */
export type Filter = Partial<Record<(typeof NAMES)[number], string>>

export function filterOf(visit: Pick<Visit, 'query'>): Filter {
  const filter = queryOf(visit, NAMES)
  if (visit.query.get('status') === ALL) return { ...filter, status: ALL }
  return { status: 'proposed', ...filter }
}

export const ALL = 'all'

/** The filter as the API's query takes it; the API says what is wrong with it. */
export function apiQuery({ status, ...rest }: Filter): ProposalQuery {
  return status === ALL || status === undefined ? rest : { ...rest, status }
}

type DecisionFilter = Extract<OperationRequest, { readonly action: 'approve' | 'apply' | 'undo' }>['filter']

/** The filter as an operation takes it. @param createdBefore what was proposed later, the visitor has not seen. */
export function operationFilter({ status, sample, ...rest }: Filter, createdBefore: string): DecisionFilter {
  const wanted = WRITE_STATUSES.filter((one) => one === status)
  return {
    ...rest,
    createdBefore,
    ...(wanted.length > 0 && { status: wanted }),
    ...(sample !== undefined && { sample: Number(sample) }),
  }
}

export function pathOf(filter: Filter): string {
  return withQuery('/proposals', filter)
}

/** The first status is what a filter without one shows. */
const OTHERS = [...WRITE_STATUSES.slice(1), ALL]

export function filterForm(filter: Filter, { href }: Visit): Html {
  return filters(href('/proposals'), [
    choice({
      name: 'status',
      label: 'Status',
      values: OTHERS,
      chosen: filter.status,
      any: 'proposed',
    }),
    filterText('agent', 'Agent', filter.agent),
    filterText('batch', 'Batch', filter.batch),
    filterText('flag', 'Flag', filter.flag),
    filterText('target', 'Target begins with', filter.target),
    sampleChoice(filter.sample),
  ])
}

const SAMPLES = { '0.01': '1 %', '0.05': '5 %', '0.1': '10 %', '0.25': '25 %' } as const

/** Always the same ones of a filter, so a reviewer can decide on a part and then on the rest. */
function sampleChoice(chosen: string | undefined): Html {
  const options = Object.entries(SAMPLES).map(
    ([share, label]) => html`<option value="${share}" ${share === chosen ? 'selected' : ''}>${label}</option>`,
  )
  return html`<label
    >Sample
    <select name="sample">
      <option value="">all</option>
      ${options}
    </select></label
  >`
}
