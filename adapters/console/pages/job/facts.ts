import { html } from 'hono/html'
import type { Batch, Job } from '#adapters/client/types.ts'
import { costText, dollars } from '#domain/money/dollars.ts'
import type { Html } from '../../route.ts'
import { actorLink, actorName } from '../../view/actor.ts'
import { card, figure } from '../../view/card.ts'
import { facts } from '../../view/facts.ts'
import { number } from '../../view/json.ts'
import { elapsed, time } from '../../view/time.ts'
import type { Visit } from '../../visit.ts'

/** What the job has used so far, with what was paid for and of no use. */
export function receipt({ receipt: used, startedAt, finishedAt, attempt }: Job): Html | '' {
  if (!used) return ''
  const { answered } = used.usage
  const tiles = [
    ...(startedAt && finishedAt ? [figure('Time taken', elapsed(startedAt, finishedAt))] : []),
    figure('Model calls', number(used.modelCalls)),
    figure('Tool calls', number(used.toolCalls)),
    figure('Tokens in', number(answered.inputTokens)),
    figure('Tokens out', number(answered.outputTokens)),
    figure(finishedAt ? 'Cost' : 'Cost so far', costText(used)),
    ...lost(used),
    ...(attempt > 1 ? [figure('Attempts', number(attempt))] : []),
  ]
  return html`<div class="tiles">${tiles}</div>`
}

function lost({ usage, ...used }: NonNullable<Job['receipt']>): readonly Html[] {
  const calls = used.failedModelCalls + used.wastedModelCalls
  const tokens = usage.failed.inputTokens + usage.failed.outputTokens
  return [
    ...(calls > 0 ? [figure('Calls wasted', number(calls))] : []),
    ...(tokens > 0 ? [figure('Tokens wasted', number(tokens))] : []),
    ...(used.failedCostMicros ? [figure('Cost of failed calls', dollars(used.failedCostMicros))] : []),
    ...(used.unpricedCalls > 0 ? [figure('Calls without a price', number(used.unpricedCalls))] : []),
  ]
}

/** @param batch of whose items the job is one. */
export function about(visit: Visit, job: Job, batch: Batch | null): Html {
  const { agent, tags = [], retryOf } = job
  const link = (path: string, text: string): Html => html`<a href="${visit.href(path)}">${text}</a>`
  return card(
    'About',
    facts({
      Agent: link(`/agents/${encodeURIComponent(agent)}`, agent),
      Batch: batch ? link(`/batches/${batch.id}`, batch.name ?? batch.id) : label(visit, job),
      ...times(visit, job),
      Model: job.report?.model,
      Writes: job.writes && WRITES[job.writes],
      'Retry of': retryOf ? link(`/jobs/${retryOf}`, retryOf) : null,
      Tags: tags.length > 0 ? tagLinks(visit, tags) : null,
      'Version of the agent': job.agentVersion && html`<code>${job.agentVersion}</code>`,
    }),
  )
}

/** What a caller has called the batch of a job. */
function label({ href }: Visit, { batch }: Job): Html | null {
  return batch ? html`<a href="${href(`/jobs?batch=${encodeURIComponent(batch)}`)}">${batch}</a>` : null
}

const WRITES = { apply: 'made by the job', propose: 'proposed to a person' } as const

function times(visit: Visit, job: Job) {
  const { runAt, startedAt, finishedAt, expiresAt, cancelRequestedBy, createdBy } = job
  // The batch has a line of its own.
  const by = createdBy?.kind === 'batch' ? createdBy.for : createdBy
  const shown = (at: string | undefined): Html | string | null => (at === undefined ? null : time(at))
  return {
    Submitted: submitted(visit, { ...job, createdBy: by }),
    Begins: shown(runAt),
    Started: shown(startedAt),
    Finished: shown(finishedAt),
    'Deleted after': shown(expiresAt),
    'Cancel requested by': cancelRequestedBy ? actorName(cancelRequestedBy) : null,
  }
}

/** When, and by whom. */
export function submitted(visit: Visit, { createdAt, createdBy }: Pick<Job, 'createdAt' | 'createdBy'>): Html {
  return html`${time(createdAt)}${createdBy ? html` by ${actorLink(visit, createdBy)}` : ''}`
}

export function tagLinks(visit: Visit, tags: readonly string[]): Html {
  const links = tags.map(
    (tag) => html`<a class="tag" href="${visit.href(`/jobs?tag=${encodeURIComponent(tag)}`)}">${tag}</a> `,
  )
  return html`${links}`
}
