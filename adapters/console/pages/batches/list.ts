import { html } from 'hono/html'
import type { Batch } from '#adapters/client/types.ts'
import { costText } from '#domain/money/dollars.ts'
import type { Html, Page } from '../../route.ts'
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
            { label: 'Status', beside: true },
            { label: 'Agent', wide: true },
            'Items',
            { label: 'Failed', numeric: true },
            { label: 'Cost', numeric: true },
            'Pace',
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
  const { id, name, status, agent, counts, createdAt, finishedAt } = batch
  const shown = name === null || name === undefined || name === '' ? id : name
  return [
    html`<a href="${href(`/batches/${id}`)}">${shown}</a> <span class="sub">${agent}</span>`,
    badge(status),
    agent,
    batchMeter(batch),
    number(counts.failed),
    costText(batch),
    finishedAt === null ? goingOn(batch, now) : html`<span class="dim">ended ${time(finishedAt)}</span>`,
    time(createdAt),
  ]
}

/** Its pace, and how long it will still take. */
function goingOn(batch: Batch, now: number): Html {
  if (batch.estimatedFinishAt === null) return html`<span class="dim">none ended lately</span>`
  return html`${paceOf(batch)}, <span class="dim line">${timeLeft(batch, now)} left</span>`
}
