import { html } from 'hono/html'
import type { Batch, BatchItem } from '#adapters/client/types.ts'
import { STOP_WORDS } from '#domain/explanation/of-stops.ts'
import type { Html } from '../../route.ts'
import { meaning } from '../job/ending.ts'
import { idLink } from '../../view/actor.ts'
import { badge } from '../../view/badge.ts'
import { card } from '../../view/card.ts'
import { queryOf, withQuery } from '../../view/field.ts'
import { jsonBlock, number } from '../../view/json.ts'
import { pager } from '../../view/pager.ts'
import { remedyOf } from '../../view/remedy.ts'
import { table } from '../../view/table.ts'
import { time } from '../../view/time.ts'
import type { Visit } from '../../visit.ts'

const ALL = 'all'
/** Characters of a key that stay on one line. */
const SHORT = 32

/** Items of a batch, a page at a time. Where there are failures, those come first: they are what visitors look for. */
export async function itemsCard({ id, counts }: Batch, visit: Visit): Promise<Html> {
  const query = queryOf(visit, ['status', 'page_token'])
  const status = query.status ?? (counts.failed > 0 ? 'failed' : ALL)
  const isAll = status === ALL
  const asked = { ...query, status: isAll ? undefined : status, page_size: 50 }
  const { items, next_page_token: next } = await visit.api.batches.itemPage(id, asked)
  const path = visit.href(`/batches/${id}`)
  const rows = table({
    caption: 'Items in the order of their lines',
    head: [
      { label: 'Line', numeric: true },
      'Key',
      { label: 'Status', beside: true },
      'Job',
      'Reason or input',
      'Ended',
    ],
    rows: items.map((item) => itemRow(item, visit)),
    empty: 'There are no such items.',
  })
  const pages = pager({ here: withQuery(path, { ...query, status }), next, isLater: 'page_token' in query })
  const others = isAll ? '' : html`<a href="${path}?status=${ALL}#items">All items</a>`
  return html`<div id="items" data-live>
    ${card(isAll ? 'Items' : `Items: ${status}`, html`${remedies(items, visit)}${rows}${pages}`, others)}
  </div>`
}

/** What to do, once for each reason: a line that failed before it became a job has no page of its own. */
function remedies(items: readonly BatchItem[], visit: Visit): Html | '' {
  const codes = [...new Set(items.flatMap(({ error }) => error?.code ?? []))]
  if (codes.length === 0) return ''
  const lines = codes.map((code) => html`<li>${remedyOf(code)} ${meaning(visit, { code })}</li>`)
  return html`<ul class="remarks">
    ${lines}
  </ul>`
}

function itemRow({ line, key, status, jobId, input, error, stopReason, endedAt }: BatchItem, { href }: Visit) {
  const reason = error
    ? html`<span class="problem">${error.message}</span> <code>${error.code}</code>`
    : jsonBlock(input ?? null)
  return [
    number(line),
    key === null ? '–' : html`<span class="${key.length > SHORT ? '' : 'line'}">${key}</span>`,
    stopReason === null || stopReason === 'finished' ? badge(status) : html`${badge(status)} ${STOP_WORDS[stopReason]}`,
    jobId === null ? '–' : idLink(href(`/jobs/${jobId}`), jobId),
    reason,
    endedAt === null ? '–' : time(endedAt),
  ]
}
