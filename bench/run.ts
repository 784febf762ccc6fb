// What a job costs around its model: Errand beside the floor, in one run. `npm run bench`; see bench/README.md.

import { type Figures, measure, percentile } from './measure.ts'
import { readOptions } from './options.ts'
import { Subject, script } from './subject.ts'
import { SUBJECTS, lackingFor } from './subjects.ts'

const values = readOptions('Measures what a job costs around its model: Errand beside a bare loop, in one run.', {
  jobs: { type: 'string', default: '1000', help: 'jobs in a round' },
  rounds: { type: 'string', default: '3', help: 'rounds; their median is shown' },
  subjects: { type: 'string', default: 'floor,sqlite,postgres', help: 'what to measure, with commas between' },
  clients: { type: 'string', default: '50', help: 'clients that submit at the same time' },
  latency: { type: 'string', default: '0', help: 'of the model, in ms' },
  concurrency: { type: 'string', default: '100', help: 'most jobs in execution at once, of each server' },
  syncs: { type: 'boolean', default: false, help: 'count the syncs to disk too' },
})
const [jobs, rounds, clients] = [Number(values.jobs), Number(values.rounds), Number(values.clients)]
// The subjects have it from here.
process.env['ERRAND_CONCURRENCY'] = values.concurrency

/** Of each figure, over the rounds. */
function median(all: readonly Figures[]): Figures {
  const names = Object.keys(all[0] ?? {}) as (keyof Figures)[]
  const middle = (name: keyof Figures): number | null => {
    const known = all.map((one) => one[name]).filter((value) => value !== null)
    return known.length > 0 ? percentile(known, 0.5) : null
  }
  return Object.fromEntries(names.map((name) => [name, middle(name)])) as unknown as Figures
}

const model = await Subject.start(script('fake-model.ts', { BENCH_LATENCY_MS: values.latency }))
const asked = values.subjects.split(',')
for (const name of asked.filter((one) => lackingFor(one) !== null)) {
  process.stderr.write(`${name} is skipped: ${String(lackingFor(name))}\n`)
}
const subjects = asked
  .filter((name) => lackingFor(name) === null)
  .map((name) => {
    const subject = SUBJECTS[name]
    if (!subject) throw new Error(`There is no subject "${name}": it is one of ${Object.keys(SUBJECTS).join(', ')}.`)
    return { name, prepare: subject(model.url) }
  })
const measured = new Map<string, Figures[]>(subjects.map(({ name }) => [name, []]))
for (let round = 0; round < rounds; round++) {
  // In turns, so that other load on the machine affects all of them.
  for (const { name, prepare } of subjects) {
    const subject = await Subject.start(prepare)
    measured.get(name)?.push(await measure(subject, { jobs, clients, syncs: values.syncs }))
    await subject.stop()
  }
}
await model.stop()

const medians = [...measured].map(([name, all]) => ({ name, ...median(all) }))
const shares = medians.map((one) => ({
  ...one,
  /** Each round against the first subject in the same round. */
  jobsPerSecondShare: share(one.name, 'jobsPerSecond'),
  cpuShare: share(one.name, 'cpuMsPerJob'),
}))

function share(name: string, figure: 'jobsPerSecond' | 'cpuMsPerJob'): number {
  const first = measured.get(subjects[0]?.name ?? '') ?? []
  const all = (measured.get(name) ?? []).map((one, round) => one[figure] / (first[round]?.[figure] ?? Number.NaN))
  return percentile(all, 0.5)
}

const ms = (value: number): string => value.toFixed(1)
for (const one of shares) {
  const busy = [
    `${one.jobsPerSecond.toFixed(0)} jobs/s (× ${one.jobsPerSecondShare.toFixed(2)})`,
    `${one.cpuMsPerJob.toFixed(2)} ms CPU a job (× ${one.cpuShare.toFixed(2)})`,
    `submit p50 ${ms(one.busySubmitP50Ms)} p99 ${ms(one.busySubmitP99Ms)} ms`,
    `done p50 ${ms(one.busyDoneP50Ms)} p99 ${ms(one.busyDoneP99Ms)} ms`,
    `peak ${one.peakMib.toFixed(0)} MiB`,
  ]
  const quiet = [
    `alone p50 ${ms(one.aloneP50Ms)} p99 ${ms(one.aloneP99Ms)} ms`,
    `at 10 jobs/s: submit p50 ${ms(one.submitP50Ms)} p99 ${ms(one.submitP99Ms)} ms, done p50 ${ms(one.doneP50Ms)} ms`,
    `start ${one.startMs.toFixed(0)} ms`,
    `settling ${one.settlingCpuMs.toFixed(0)} ms CPU`,
    `idle ${ms(one.idleCpuMsPerSecond)} ms CPU a second`,
  ]
  const [alone, together] = [one.syncsPerJobAlone, one.syncsPerJobBusy]
  if (alone !== null && together !== null) quiet.push(`syncs a job: alone ${ms(alone)}, busy ${ms(together)}`)
  const name = one.name.padEnd(24)
  process.stderr.write(`${name} ${busy.join(' · ')}\n${' '.repeat(name.length)} ${quiet.join(' · ')}\n`)
}
process.stdout.write(
  `${JSON.stringify({ jobs, rounds, clients, latencyMs: Number(values.latency), subjects: shares })}\n`,
)
