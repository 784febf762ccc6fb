import { html } from 'hono/html'
import type { Batch } from '#adapters/client/types.ts'
import { costText } from '#domain/money/dollars.ts'
import type { Html, Page } from '../../route.ts'
import { actorName } from '../../view/actor.ts'
import { badge } from '../../view/badge.ts'
import { actionButton } from '../../view/button.ts'
import { card, heading, news } from '../../view/card.ts'
import { deliveriesCard, undelivered } from '../../view/deliveries.ts'
import { facts } from '../../view/facts.ts'
import { number } from '../../view/json.ts'
import { elapsed, time } from '../../view/time.ts'
import type { Visit } from '../../visit.ts'
import { itemsCard } from './items.ts'
import { batchMeter, paceOf, statusTiles, timeLeft } from './progress.ts'

export async function showBatch(visit: Visit): Promise<Page> {
  const batch = await visit.api.batches.get(visit.param('id'))
  const title = batch.name ?? batch.id
  const path = visit.href(`/batches/${batch.id}`)
  const [deliveries, waiting] = await Promise.all([
    batch.callback ? visit.api.batches.deliveries(batch.id) : [],
    batch.counts.running > 0 ? countWaiting(batch, visit) : 0,
  ])
  return {
    title,
    section: 'batches',
    body: html`${heading(html`Batch ${title} ${badge(batch.status)}`, actions(batch, visit))}
      ${undelivered(visit, `/batches/${batch.id}`, deliveries)}
      <div id="progress" class="live" data-live ${batch.finishedAt === null ? html`data-refresh="2"` : ''}>
        ${news(`The batch is ${batch.status}.`)} ${stopped(batch)} ${refused(batch, path)} ${stoppedEarly(batch, visit)}
        ${waits(batch, visit, waiting)} ${progress(batch, visit)}
        ${statusTiles(batch, (status) => `${path}?status=${status}#items`)}
      </div>
      <div class="columns">${card('Batch', definition(batch))} ${card('Results', downloads(batch, path))}</div>
      ${batch.callback ? deliveriesCard(visit, { path: `/batches/${batch.id}`, url: batch.callback.url }, deliveries) : ''}
      ${await itemsCard(batch, visit)}`,
  }
}

/** Why it does not go on by itself. */
function stopped({ status, counts }: Batch): Html | '' {
  if (status !== 'stopped') return ''
  return html`<p class="error">
    It stopped: ${number(counts.failed)} of its items failed, which is as many as it may have. When the reason is gone,
    retry them: items that were not tried yet are done then, too.
  </p>`
}

/** Lines that a retry leaves as they are, and where they are listed. */
function refused({ counts, refusedLines }: Batch, path: string): Html | '' {
  if (refusedLines === 0) return ''
  return html`<p class="ask">
    ${number(refusedLines)} of ${number(counts.failed)} failed items cannot be retried: their lines are the problem.
    Correct them, and upload them as a new batch. <a href="${path}/results.ndjson?status=failed">Download them</a> with
    their line numbers and keys.
  </p>`
}

/** Completed items whose answer is not whole, which their status alone does not show. */
function stoppedEarly({ id, counts, earlyStops }: Batch, { href }: Visit): Html | '' {
  if (earlyStops === 0) return ''
  const stopped = `${number(earlyStops)} of ${number(counts.completed)} completed items`
  return html`<p class="ask">
    <a href="${href(`/jobs?batch=${id}&stop_reason=early`)}">${stopped}</a> stopped before their answer was whole.
  </p>`
}

/** Items that are under way and do not go on by themselves, or not at once. */
async function countWaiting({ id }: Batch, { api }: Visit): Promise<number> {
  return (await api.counts({ batch: id, status: 'waiting' })).total
}

function waits({ id }: Batch, { href }: Visit, waiting: number): Html | '' {
  if (waiting === 0) return ''
  const shown = `${number(waiting)} running ${waiting === 1 ? 'item waits' : 'items wait'}`
  return html`<p class="ask">
    <a href="${href(`/jobs?batch=${id}&status=waiting`)}">${shown}</a> for a person, or to be tried again.
  </p>`
}

function progress(batch: Batch, { now }: Visit): Html {
  const { usage, createdAt, finishedAt } = batch
  const cached = usage.cachedInputTokens === 0 ? '' : ` (${number(usage.cachedInputTokens)} cached)`
  const tokens = `${number(usage.inputTokens)} in${cached}, ${number(usage.outputTokens)} out`
  return card(
    'Progress',
    html`<p class="progress">${batchMeter(batch)}</p>
      ${facts({
        Pace: finishedAt === null ? paceOf(batch) : null,
        'Time left': finishedAt === null ? timeLeft(batch, now) : null,
        Tokens: tokens,
        [finishedAt === null ? 'Cost so far' : 'Cost']: costText(batch),
        'From creation to end': finishedAt === null ? null : fromCreation(createdAt, finishedAt),
        'Idle since': batch.idleSince === null ? null : time(batch.idleSince),
      })}`,
  )
}

/** A retry is later work of the same batch. */
function fromCreation(createdAt: string, finishedAt: string): Html {
  return html`${elapsed(createdAt, finishedAt)} <span class="dim">with the time before a retry</span>`
}

function definition(batch: Batch): Html {
  const { stopOnFailures: limit } = batch
  const stops =
    limit && ('count' in limit ? `${number(limit.count)} failed items` : `${String(limit.share * 100)} % failed`)
  return facts({
    Id: html`<code>${batch.id}</code>`,
    Agent: batch.agent,
    'At once': `at most ${number(batch.maxConcurrency)} ${batch.maxConcurrency === 1 ? 'job' : 'jobs'}`,
    'Stops after': stops,
    Unchanged: batch.skipUnchanged ? 'items that have not changed are skipped' : null,
    Tags: batch.tags?.join(', '),
    Callback: batch.callback?.url,
    'Created by': actorName(batch.createdBy),
    Created: time(batch.createdAt),
    Closed: batch.closedAt === null ? 'takes more items' : time(batch.closedAt),
    Finished: batch.finishedAt === null ? null : time(batch.finishedAt),
    Deleted: batch.expiresAt === null ? null : time(batch.expiresAt),
  })
}

/** What may be done with it now, by this visitor. */
function actions({ id, status, counts, refusedLines, finishedAt }: Batch, { may, href }: Visit): Html {
  const isOver = finishedAt !== null
  const retryable = counts.failed - refusedLines
  const untried = status === 'stopped' ? counts.canceled : 0
  const isRetryable = isOver && status !== 'canceled' && retryable + untried > 0
  const left = number(counts.pending + counts.running)
  const confirm = `Cancel this batch? ${left} items have not ended; they will not.`
  const retry = retryable > 0 ? `Retry ${number(retryable)} failed` : 'Do the items that were not tried'
  const buttons = [
    { possible: !isOver && status === 'open', scope: 'submit', action: 'close', label: 'No more items' },
    { possible: !isOver && status !== 'paused', scope: 'cancel', action: 'pause', label: 'Pause' },
    { possible: status === 'paused', scope: 'submit', action: 'resume', label: 'Resume', kind: 'primary' },
    { possible: !isOver, scope: 'cancel', action: 'cancel', label: 'Cancel', kind: 'danger', confirm },
    { possible: isRetryable, scope: 'submit', action: 'retry-failed', label: retry, kind: 'primary' },
  ] as const
  const shown = buttons.filter(({ possible, scope }) => possible && may(scope))
  return html`${shown.map((button) => actionButton({ ...button, action: href(`/batches/${id}/${button.action}`) }))}`
}

function downloads({ counts }: Batch, path: string): Html {
  const failed = counts.failed > 0 ? html` · <a href="${path}/results.ndjson?status=failed">failed items alone</a>` : ''
  return html`<p>
      <a href="${path}/results.ndjson" download>NDJSON</a> · <a href="${path}/results.csv" download>CSV</a>${failed}
    </p>
    <p class="hint">
      One line an item, in the order of the upload: key, status, job, output or error, tokens, cost, stop reason.
    </p>`
}
