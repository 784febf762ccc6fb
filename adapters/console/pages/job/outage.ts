import { html } from 'hono/html'
import type { Job } from '#adapters/client/types.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import type { Stored } from '../../journal.ts'
import type { Html } from '../../route.ts'
import { duration, elapsed, time } from '../../view/time.ts'

export interface Outage {
  readonly first: Stored
  readonly last: Stored
  readonly message: string
  readonly attempts: number
}

/** Attempts in a row that failed with the same words, two at least, with the waits between them. */
export function outages(events: readonly Stored[]): readonly Outage[] {
  const runs: Stored[][] = []
  let run: Stored[] = []
  for (const stored of events.filter((one) => !isBetween(one))) {
    const message = failureOf(stored)
    if (message === null || message !== failureOf(run[0])) runs.push((run = []))
    if (message !== null) run.push(stored)
  }
  return runs.flatMap((failed) => {
    const [first, last] = [failed[0], failed.at(-1)]
    const message = failureOf(first)
    return first && last && first !== last && message !== null
      ? [{ first, last, message, attempts: failed.length }]
      : []
  })
}

function failureOf(stored: Stored | undefined): string | null {
  return stored?.event === 'model_call.failed' ? stored.data.message : null
}

function isBetween({ event, data }: Stored): boolean {
  if (event === 'job.waiting') return data.wait.reason === 'retry'
  return event === 'attempt.started' || event === 'model_call.started' || event === 'lease.renewed'
}

/** One line for all of them. */
export function outageLine({ first, last, message, attempts }: Outage, each: readonly Html[]): Html {
  return html`<li class="bad" id="o${String(first.id)}">
    <div class="entry">
      <b>${String(attempts)} attempts failed</b>
      <span class="dim">with the same error, within ${elapsed(first.data.at, last.data.at)}</span>
    </div>
    <div class="error">${message}</div>
    <details>
      <summary>Each attempt</summary>
      <ol class="timeline">
        ${each}
      </ol>
    </details>
  </li>`
}

/** When a job that is tried again gives up, as far as its events say. */
export function givesUp({ waiting }: Job, events: readonly Stored[]): Html | '' {
  if (waiting?.reason !== 'retry') return ''
  const since = events.findLast(({ event }) => event === 'model_call.completed')?.id ?? 0
  const first = events.find(({ event, id }) => event === 'model_call.failed' && id > since)
  const [submitted] = events.filter(({ event }) => event === 'job.submitted')
  const deadline = submitted?.event === 'job.submitted' ? submitted.data.deadlineAt : undefined
  const failing = first ? html`The model failed first ${time(first.data.at)}. ` : ''
  return html`<p class="hint">
    ${failing}Errand gives up when it has failed for <code>ERRAND_MODEL_OUTAGE_SECONDS</code>
    (${duration(DEFAULT_LIMITS.modelOutageMs)} unless it is
    set)${deadline ? html`, or at the deadline of the job, ${time(deadline)}` : ''}.
  </p>`
}
