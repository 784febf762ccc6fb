// What jobs and readers hold in memory: jobs in flight, jobs that wait for long, and a crowd that watches one job. `npm run bench:memory`
// A table on stderr, and one line of JSON on stdout.

import { ask, manyJobs } from './load.ts'
import { readOptions } from './options.ts'
import { Reader } from './readers.ts'
import { Subject, script } from './subject.ts'

const values = readOptions('Measures what jobs and readers take up in memory.', {
  jobs: { type: 'string', default: '1000', help: 'jobs in flight' },
  parked: { type: 'string', default: '10000', help: 'jobs that wait for long' },
  readers: { type: 'string', default: '1000', help: 'readers of one job' },
  slow: { type: 'string', default: '100', help: 'readers that do not read' },
  kib: { type: 'string', default: '256', help: 'size of an event that they do not read' },
})
const CLIENTS = 50
const SETTLE_MS = 2500
const ROUNDS = 200

const model = await Subject.start(script('fake-model.ts'))
const errand = script('errand.ts', { BENCH_MODEL_URL: model.url, ERRAND_CONCURRENCY: '2000' })

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await rest(50)
}

/** As it is when nothing happens: what is garbage by then is counted too. */
async function restingKib(subject: Subject): Promise<number> {
  await rest(SETTLE_MS)
  return subject.memoryKib()
}

/** A server that has worked a little. */
async function warmServer(): Promise<Subject> {
  const subject = await Subject.start(errand)
  await manyJobs(subject.url, { jobs: 100, clients: 20 })
  return subject
}

async function submit({ url }: Subject, input: string): Promise<string> {
  return (await ask<{ id: string }>('POST', `${url}/jobs`, { agent: 'bench', input })).id
}

/** Returns their ids. */
async function submitMany(subject: Subject, count: number, input: string): Promise<readonly string[]> {
  const ids: string[] = []
  let left = count
  const client = async (): Promise<void> => {
    while (left-- > 0) ids.push(await submit(subject, input))
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  return ids
}

async function countOf({ url }: Subject, status: string): Promise<number> {
  return (await ask<{ counts: Record<string, number> }>('GET', `${url}/jobs/counts`)).counts[status] ?? 0
}

async function p50(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now()
    await work()
    times.push(performance.now() - begun)
  }
  return times.sort((a, b) => a - b)[ROUNDS / 2] ?? Number.NaN
}

/** Held at their first model call. */
async function inFlight(jobs: number) {
  const subject = await warmServer()
  const idleKib = await restingKib(subject)
  await ask('POST', `${model.url}/hold`, {})
  await submitMany(subject, jobs, 'Look two things up, then answer.')
  await until(async () => (await ask<{ held: number }>('GET', model.url)).held === jobs)
  const heldKib = await restingKib(subject)
  await ask('POST', `${model.url}/release`, {})
  await until(async () => (await countOf(subject, 'completed')) === jobs + 100)
  await subject.stop()
  return { jobs, idleKib, heldKib, kibPerJob: (heldKib - idleKib) / jobs }
}

/** Waiting for an hour, because the model has said so. */
async function parked(jobs: number) {
  const subject = await warmServer()
  const timed = async (id: string) => ({
    getMs: await p50(() => ask('GET', `${subject.url}/jobs/${id}`)),
    submitMs: await p50(() => submit(subject, 'retry after 3600')),
  })
  const before = await timed(await submit(subject, 'retry after 3600'))
  const idleKib = await restingKib(subject)
  const ids = await submitMany(subject, jobs, 'retry after 3600')
  await until(async () => (await countOf(subject, 'waiting')) === jobs + ROUNDS + 1)
  const parkedKib = await restingKib(subject)
  const after = await timed(ids[0] ?? '')
  await subject.stop()
  return { jobs, idleKib, parkedKib, kibPerJob: (parkedKib - idleKib) / jobs, before, after }
}

/** All watch one job, whose last model call says much, and some of them do not read until all others have seen the end. */
async function watched({ count, slow, kib }: { count: number; slow: number; kib: number }) {
  const subject = await warmServer()
  await ask('POST', `${model.url}/hold`, {})
  const id = await submit(subject, `say ${String(kib)} KiB`)
  const idleKib = await restingKib(subject)
  const url = `${subject.url}/jobs/${id}/events`
  const readers: Reader[] = []
  while (readers.length < count) {
    const few = Math.min(CLIENTS, count - readers.length)
    readers.push(...(await Promise.all(Array.from({ length: few }, () => Reader.open(url)))))
  }
  const [sleepers, awake] = [readers.slice(0, slow), readers.slice(slow)]
  for (const reader of awake) reader.read()
  const watchedKib = await restingKib(subject)
  let peakKib = watchedKib
  const sampling = setInterval(() => {
    peakKib = Math.max(peakKib, subject.memoryKib())
  }, 100)
  const begun = performance.now()
  await ask('POST', `${model.url}/release`, {})
  const sawTheEnd = (await Promise.all(awake.map((reader) => reader.sawTheEnd()))).filter(Boolean).length
  const seconds = (performance.now() - begun) / 1000
  clearInterval(sampling)
  const withSlowKib = await restingKib(subject)
  const slowOpen = sleepers.filter(({ isOpen }) => isOpen).length
  const getMs = await p50(() => ask('GET', `${subject.url}/jobs/${id}`))
  for (const reader of sleepers) reader.read()
  const slowSawTheEnd = (await Promise.all(sleepers.map((reader) => reader.sawTheEnd()))).filter(Boolean).length
  const afterKib = await restingKib(subject)
  const late = await Reader.open(url)
  late.read()
  await late.sawTheEnd()
  await subject.stop()
  const live = (some: readonly Reader[]): number => Math.min(...some.map(({ bytes }) => bytes)) - late.bytes
  return {
    ...{ readers: count, slow, kib, seconds, idleKib, watchedKib, peakKib, withSlowKib, afterKib },
    ...{ sawTheEnd, slowOpen, slowSawTheEnd, getMs },
    ...{ journalBytes: late.bytes, leastLiveBytes: live(awake), leastLiveBytesSlow: live(sleepers) },
  }
}

const mib = (kib: number): string => `${(kib / 1024).toFixed(0)} MiB`
const print = (...lines: readonly string[]): void => void process.stderr.write(`${lines.join('\n')}\n`)

const flight = await inFlight(Number(values.jobs))
print(`${String(flight.jobs)} jobs in flight: ${flight.kibPerJob.toFixed(1)} KiB each, ${mib(flight.heldKib)} in all`)

const park = await parked(Number(values.parked))
print(
  `${String(park.jobs)} jobs parked: ${park.kibPerJob.toFixed(2)} KiB each, ${mib(park.parkedKib)} in all`,
  `  get p50 ${park.before.getMs.toFixed(2)} ms before, ${park.after.getMs.toFixed(2)} ms after`,
  `  submit p50 ${park.before.submitMs.toFixed(2)} ms before, ${park.after.submitMs.toFixed(2)} ms after`,
)

const crowd = { count: Number(values.readers), slow: Number(values.slow), kib: Number(values.kib) }
const watch = await watched(crowd)
print(
  `${String(watch.readers)} readers of a job that says ${String(watch.kib)} KiB, ${String(watch.slow)} of which do not read:`,
  `  memory: ${mib(watch.idleKib)} before, ${mib(watch.watchedKib)} with readers, ${mib(watch.peakKib)} at the peak, ` +
    `${mib(watch.withSlowKib)} with the slow ones alone, ${mib(watch.afterKib)} after`,
  `  ${String(watch.sawTheEnd)} of ${String(watch.readers - watch.slow)} saw the end, in ${watch.seconds.toFixed(1)} s`,
  `  slow: ${String(watch.slowOpen)} still open then, ${String(watch.slowSawTheEnd)} saw the end once they read; get p50 meanwhile ${watch.getMs.toFixed(2)} ms`,
  `  live text: at least ${String(watch.leastLiveBytes)} bytes, and ${String(watch.leastLiveBytesSlow)} for the slow, beside ${String(watch.journalBytes)} of journal`,
)
await model.stop()
process.stdout.write(`${JSON.stringify({ inFlight: flight, parked: park, watched: watch })}\n`)
