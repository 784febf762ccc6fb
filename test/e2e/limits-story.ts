import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { eventually } from '#test/support/eventually.ts'
import type { Caller, JobBody } from './caller.ts'

interface Problem {
  readonly code: string
}

interface Operation {
  readonly status: string
  readonly done: number
}

interface Retried {
  readonly retryOf?: string | null
}

/** A tenant that may ask three times a minute is told before the fourth time, and at the fourth. */
export async function rateLimit(hurried: Caller): Promise<void> {
  for (const left of [2, 1, 0]) {
    const response = await hurried.ask('GET', '/jobs')
    strictEqual(response.status, 200)
    strictEqual(response.headers.get('ratelimit-policy'), '"requests";q=3;w=60')
    match(response.headers.get('ratelimit') ?? '', new RegExp(`^"requests";r=${String(left)};t=\\d+$`))
  }
  const refused = await hurried.ask('GET', '/jobs')
  strictEqual(refused.status, 429)
  strictEqual(((await refused.json()) as Problem).code, 'rate_limited')
  match(refused.headers.get('ratelimit') ?? '', /^"requests";r=0;t=\d+$/)
  const seconds = Number(refused.headers.get('retry-after'))
  ok(seconds > 0 && seconds <= 20, String(seconds))
}

/** Jobs that have failed are done again in one go, each as a job of its own that says what it repeats. */
export async function bulkRetry(acme: Caller): Promise<void> {
  const submit = () => acme.submit('enamel-mug', { tags: ['again'] }, { prefer: 'wait=60' })
  const answers = await Promise.all(Array.from({ length: 4 }, submit))
  const jobs = await Promise.all(answers.map((answer) => answer.json() as Promise<JobBody>))
  for (const { status } of jobs) strictEqual(status, 'failed')
  await eventually(async () => {
    strictEqual(await acme.total('?tag=again&status=failed'), 4)
  })
  const body = { action: 'retry', filter: { tag: 'again' } }
  const { id } = await acme.json<JobBody>('POST', '/operations', { body })
  await eventually(async () => {
    const { status, done } = await acme.json<Operation>('GET', `/operations/${id}`)
    deepStrictEqual({ status, done }, { status: 'completed', done: 4 })
    strictEqual(await acme.total('?tag=again'), 8)
  })
  const page = await acme.json<{ readonly jobs: readonly JobBody[] }>('GET', '/jobs?tag=again')
  const views = await Promise.all(page.jobs.map((job) => acme.json<Retried>('GET', `/jobs/${job.id}`)))
  const repeated = views.flatMap(({ retryOf }) => retryOf ?? [])
  deepStrictEqual(repeated.sort(), jobs.map((job) => job.id).sort())
}

/** What cannot be done to a job that is done is refused, by name. */
export async function refusals(acme: Caller): Promise<void> {
  const { id } = (await (await acme.submit('enamel-mug', {}, { prefer: 'wait=60' })).json()) as JobBody
  const refused = async (path: string, body?: object) => {
    const response = await acme.ask('POST', `/jobs/${id}${path}`, { body })
    return `${String(response.status)} ${((await response.json()) as Problem).code}`
  }
  strictEqual(await refused('/calls/nobody/resolve', { outcome: 'fail' }), '404 call_not_found')
  strictEqual(await refused('/deliveries/msg_x/redeliver'), '404 delivery_not_found')
  strictEqual(await refused('/retry'), '409 job_not_retryable')
}
