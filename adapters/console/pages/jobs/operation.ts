import { html } from 'hono/html'
import type { Page } from '../../route.ts'
import { actorName } from '../../view/actor.ts'
import { badge } from '../../view/badge.ts'
import { card, figure, heading } from '../../view/card.ts'
import { facts } from '../../view/facts.ts'
import { jsonBlock, number } from '../../view/json.ts'
import { time } from '../../view/time.ts'
import type { Visit } from '../../visit.ts'
import { titled } from './list.ts'

/** How far a bulk operation has come. */
export async function operationPage(visit: Visit): Promise<Page> {
  const operation = await visit.api.operation(visit.param('id'))
  const { action, total, done, skipped, status, filter, createdAt, finishedAt, createdBy } = operation
  const handled = done + skipped
  const body = html`<div class="page" id="operation" data-live ${finishedAt === null ? html`data-refresh="2"` : ''}>
    ${heading(html`${titled(action)} ${number(total)} ${badge(status, status === 'running' ? 'busy' : 'good')}`)}
    <progress
      class="meter"
      max="${String(Math.max(1, total))}"
      value="${String(handled)}"
      aria-label="Progress"
    ></progress>
    <div class="tiles" aria-live="polite">
      ${figure('Done', number(done))} ${figure('Left alone', number(skipped))}
      ${figure('To go', number(Math.max(0, total - handled)))}
    </div>
    ${card(
      'About',
      html`${facts({
        Started: html`${time(createdAt)} by ${actorName(createdBy)}`,
        Finished: finishedAt === null ? null : time(finishedAt),
        Id: html`<code>${operation.id}</code>`,
      })}
      ${jsonBlock(filter)}`,
    )}
    <p class="hint">Left alone: what had moved on meanwhile, had nothing to resolve, or may not be deleted yet.</p>
    <p><a href="${visit.href('/jobs')}">Jobs</a></p>
  </div>`
  return { title: `${titled(action)} ${number(total)}`, section: 'jobs', body }
}
