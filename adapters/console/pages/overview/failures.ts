import { html } from 'hono/html'
import { ErrandError } from '#adapters/client/errand-error.ts'
import type { Job, JobActivity, JobSummary } from '#adapters/client/types.ts'
import { withCode } from '#adapters/http/resources/errors/with-code.ts'
import { OF_STOPS, STOP_WORDS } from '#domain/explanation/of-stops.ts'
import type { Html } from '../../route.ts'
import { card } from '../../view/card.ts'
import { number } from '../../view/json.ts'
import { table } from '../../view/table.ts'
import type { Visit } from '../../visit.ts'
import { covers } from './charts.ts'

export interface Failures {
  readonly activity: JobActivity
  /** Failed jobs, newest first: the latest of a reason is opened for its message. */
  readonly failed: readonly JobSummary[]
  /** So many are opened at most, because each takes a request. */
  readonly opened: number
  /** Beside the heading. */
  readonly aside?: Html
}

/** @throws {ErrandError} */
export async function failureCard(visit: Visit, { activity, failed, opened, aside }: Failures): Promise<Html> {
  const latest: readonly (Html | null)[] = await Promise.all(
    activity.failures.slice(0, opened).map(({ code }) =>
      messageOf(
        visit,
        failed.find(({ errorCode }) => errorCode === code),
      ),
    ),
  )
  const rows = activity.failures.map(({ code, jobs }, index) => [
    code === null ? 'not recorded' : html`<a href="${visit.outside(`/errors/${code}`)}"><code>${code}</code></a>`,
    html`<a href="${visit.href(code === null ? '/jobs?status=failed' : `/jobs?error=${code}`)}">${number(jobs)}</a>`,
    latest[index] ?? '–',
  ])
  const head = ['Reason', { label: 'Jobs', numeric: true }, 'Latest']
  const list = table({ caption: 'Failures by reason', head, rows, empty: 'No job has failed in this time.' })
  const hint =
    rows.length + activity.earlyStops.length === 0 ? '' : html`<p class="hint">Counted ${covers(activity)}</p>`
  return card('Failures by reason', html`${list}${earlyStops(visit, activity)}${hint}`, aside)
}

/** Jobs that completed, and yet not as they should. */
function earlyStops({ href }: Visit, { earlyStops: stops }: JobActivity): Html | '' {
  if (stops.length === 0) return ''
  const rows = stops.map(({ reason, jobs }) => [
    STOP_WORDS[reason],
    html`<a href="${href(`/jobs?stop_reason=${reason}`)}">${number(jobs)}</a>`,
    html`${withCode(OF_STOPS[reason]?.remedy ?? '')}`,
  ])
  const head = ['Completed without a whole answer', { label: 'Jobs', numeric: true }, 'What to do']
  return table({ caption: 'Jobs that completed without a whole answer', head, rows, empty: '' })
}

/** A job may be deleted between the list and the look at it. @throws {ErrandError} */
async function messageOf({ api, href }: Visit, summary: JobSummary | undefined): Promise<Html | null> {
  if (!summary) return null
  const job: Job | null = await api.get(summary.id).catch((error: unknown) => {
    if (error instanceof ErrandError && error.code === 'job_not_found') return null
    throw error
  })
  return job && html`<a href="${href(`/jobs/${job.id}`)}">${job.error?.message ?? ''}</a>`
}
