import { html } from 'hono/html'
import type { Batch } from '#adapters/client/types.ts'
import { costText } from '#domain/money/dollars.ts'
import type { Page } from '../../route.ts'
import { badge } from '../../view/badge.ts'
import { heading } from '../../view/card.ts'
import { queryOf, withQuery } from '../../view/field.ts'
import { number } from '../../view/json.ts'
import { pager } from '../../view/pager.ts'
import { table } from '../../view/table.ts'
import { time } from '../../view/time.ts'
import type { Visit } from '../../visit.ts'
import { batchMeter, paceOf, timeLeft } from './progress.ts'

export async function showBatches(visit: Visit): Promise<Page> {
  const query = queryOf(visit, ['page_token'])
  const { batches, next_page_token: next } = await visit.api.batches.page({ ...query, page_size: 50 })
  const here = withQuery(visit.href('/batches'), query)
  return {
    title: 'Batches',
    section: 'batches',
    body: html`${heading('Batches')}
      <div id="batches" data-live data-refresh="3">
        ${table({
          caption: 'Batches, newest first',
          head: [
            'Batch',
            'Status',
            'Agent',
            'Items',
            { label: 'Failed', numeric: true },
            { label: 'Cost', numeric: true },
            'Pace',
            'Time left',
            'Created',
          ],
          rows: batches.map((batch) => rowOf(batch, visit)),
          empty: html`There are no batches. <code>errand batch run &lt;agent&gt; items.csv</code> makes one of a file.`,
        })}
      </div>
      ${pager({ here, next, isLater: 'page_token' in query })}`,
  }
}

function rowOf(batch: Batch, { href, now }: Visit) {
  const { id, name, status, agent, counts, createdAt } = batch
  const shown = name === null || name === undefined || name === '' ? id : name
  return [
    html`<a href="${href(`/batches/${id}`)}">${shown}</a>`,
    badge(status),
    agent,
    batchMeter(batch),
    number(counts.failed),
    costText(batch),
    paceOf(batch),
    timeLeft(batch, now),
    time(createdAt),
  ]
}
