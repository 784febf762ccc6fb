import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { eventually } from '#test/support/eventually.ts'
import { countingModel } from '#test/support/counting-model.ts'
import { heldModel } from '#test/support/held-model.ts'
import type { ModelServer } from '#test/support/model-server.ts'
import type { Place } from './place.ts'
import { type JobBody, finished, submitCopy } from './story.ts'

/** Kills a real server while its job's second model call is under way, and starts it again. */
export async function interruptedStory(place: Place, models: ModelServer): Promise<void> {
  const model = models.play(heldModel())
  const first = await place.server()
  const { id } = await submitCopy(first.url, 'linen-apron')
  await model.held(1)
  await place.kill()

  const second = await place.server()
  model.release()
  const { status, attempt, report } = await finished(second.url, id)
  deepStrictEqual({ status, attempt, output: report?.output }, { status: 'completed', attempt: 2, output: 'Done.' })
  deepStrictEqual([model.requests(0), model.requests(1)], [1, 2])
}

/** Cancels a job while its model call is under way: the connection to the model is closed, and no call begins any more. */
export async function cancelStory(place: Place, models: ModelServer): Promise<void> {
  const model = models.play(heldModel())
  const { url } = await place.server()
  const { id } = await submitCopy(url, 'linen-apron')
  await model.held(1)
  const response = await fetch(`${url}/jobs/${id}/cancel`, { method: 'POST' })
  ok(response.status === 200 || response.status === 202)
  await model.abandoned
  model.release()
  const job = (await finished(url, id)) as CanceledBody
  strictEqual(job.status, 'canceled')
  ok(job.receipt.lastCallAt <= job.cancelRequestedAt && job.cancelRequestedAt <= job.canceledAt)
  deepStrictEqual([model.requests(0), model.requests(1)], [1, 1])
}

interface CanceledBody extends JobBody {
  readonly cancelRequestedAt: string
  readonly canceledAt: string
  readonly receipt: { readonly lastCallAt: string }
}

/**
 * Kills a real server with `kill -9` again and again in the middle of its work, and looks from outside, at the model and at the drafts,
 * whether anything was lost, stuck or made again after it was known.
 */
export async function killStory(
  place: Place,
  models: ModelServer,
  { jobs, kills }: { readonly jobs: number; readonly kills: number },
): Promise<void> {
  const model = models.play(countingModel(100))
  let server = await place.server()
  const list = (await (await fetch(`${server.url}/products`)).json()) as { products: { handle: string }[] }
  const products = list.products.slice(0, jobs).map(({ handle }) => handle)
  const ids = await Promise.all(products.map(async (product) => (await submitCopy(server.url, product)).id))
  for (let kill = 1; kill <= kills; kill++) {
    await model.asked(Math.round((kill * jobs * 3) / (kills + 1)))
    await place.kill()
    server = await place.server()
  }

  for (const id of ids) strictEqual((await finished(server.url, id)).status, 'completed')
  for (const product of products) {
    const { drafts } = (await (await fetch(`${server.url}/products/${product}`)).json()) as {
      drafts: { language: string }[]
    }
    deepStrictEqual(drafts.map(({ language }) => language).sort(), ['en', 'sv'], `drafts of ${product}`)
    const steps = model.steps().get(product) ?? []
    // A step is asked for again only as long as its answer was lost with the process: never once a later step was seen.
    deepStrictEqual(steps, [...steps].sort(), `the model calls for ${product}`)
    deepStrictEqual([...new Set(steps)], [0, 1, 2])
    ok(steps.length <= 3 + kills, `${product} was asked for ${String(steps.length)} times`)
  }
}

interface ScheduleBody {
  readonly id: string
  readonly status: string
  readonly fires: readonly { readonly nominalAt: string; readonly outcome: string; readonly jobId?: string }[]
}

/**
 * Kills a real server with `kill -9` while many schedules fire at once, and looks whether each nominal time has one job.
 */
export async function scheduleKillStory(place: Place, schedules: number): Promise<void> {
  let server = await place.server()
  const ids = Array.from({ length: schedules }, (_, n) => `s${String(n)}`)
  const at = new Date(Date.now() + 2000)
  const work = { agent: 'draft-writer', input: { product: 'linen-apron' }, tags: ['storm'] }
  const put = async (id: string): Promise<void> => {
    const body = JSON.stringify({ ...work, when: { at } })
    const headers = { 'content-type': 'application/json' }
    strictEqual((await fetch(`${server.url}/schedules/${id}`, { method: 'PUT', headers, body })).status, 201)
  }
  await Promise.all(ids.map(put))
  const count = async (): Promise<number> =>
    ((await (await fetch(`${server.url}/jobs/counts?tag=storm`)).json()) as { total: number }).total
  for (const part of [0.25, 0.6]) {
    await eventually(async () => {
      ok((await count()) >= part * schedules)
    })
    await place.kill()
    server = await place.server()
  }

  await eachFiredOnce(server.url, ids, at)
  strictEqual(await count(), schedules)
}

/**
 * Each of these schedules has ended with one fire, for `at`, whose job is completed. A killed server may have claimed
 * a schedule: another takes it when the claim ends, a minute after it was made.
 */
export async function eachFiredOnce(server: string, ids: readonly string[], at: Date): Promise<void> {
  const fired: string[] = []
  for (const id of ids) {
    const { fires } = await eventually(async () => {
      const schedule = (await (await fetch(`${server}/schedules/${id}`)).json()) as ScheduleBody
      strictEqual(schedule.status, 'ended', id)
      return schedule
    })
    deepStrictEqual(
      fires.map(({ nominalAt, outcome }) => [nominalAt, outcome]),
      [[at.toISOString(), 'submitted']],
    )
    fired.push(...fires.flatMap(({ jobId }) => jobId ?? []))
  }
  strictEqual(new Set(fired).size, ids.length)
  for (const jobId of fired) strictEqual((await finished(server, jobId)).status, 'completed')
}
