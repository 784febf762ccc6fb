// What a job costs around its model: Errand beside the floor, in one run. `npm run bench`; see bench/README.md.

import { parseArgs } from 'node:util'
import { type Timing, manyJobs, steadyJobs } from './load.ts'
import { Subject, script } from './subject.ts'
import { SUBJECTS } from './subjects.ts'

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    subjects: { type: 'string', default: 'floor,sqlite' },
  },
})
const jobs = Number(values.jobs)
const rounds = Number(values.rounds)

interface Figures {
  jobsPerSecond: number
  cpuMsPerJob: number
  peakMib: number
  aloneP50Ms: number
  submitP50Ms: number
  submitP99Ms: number
  doneP50Ms: number
  startMs: number
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

const pick = (timings: readonly Timing[], name: keyof Timing) => timings.map((timing) => timing[name])

/** A round: one after the other, then steadily, then as fast as they go. */
async function measure(subject: Subject): Promise<Figures> {
  await manyJobs(subject.url, { jobs: 200, clients: 20 })
  const alone = await manyJobs(subject.url, { jobs: 100, clients: 1 })
  const steady = await steadyJobs(subject.url, { jobs: 50, perSecond: 10 })
  const cpuBefore = subject.cpuMs()
  let peakKib = 0
  const sampling = setInterval(() => {
    peakKib = Math.max(peakKib, subject.memoryKib())
  }, 200)
  const begun = performance.now()
  await manyJobs(subject.url, { jobs, clients: 50 })
  const seconds = (performance.now() - begun) / 1000
  clearInterval(sampling)
  return {
    jobsPerSecond: jobs / seconds,
    cpuMsPerJob: (subject.cpuMs() - cpuBefore) / jobs,
    peakMib: peakKib / 1024,
    aloneP50Ms: percentile(pick(alone, 'doneMs'), 0.5),
    submitP50Ms: percentile(pick(steady, 'submitMs'), 0.5),
    submitP99Ms: percentile(pick(steady, 'submitMs'), 0.99),
    doneP50Ms: percentile(pick(steady, 'doneMs'), 0.5),
    startMs: subject.startMs,
  }
}

function median(all: readonly Figures[]): Figures {
  const names = Object.keys(all[0] ?? {}) as (keyof Figures)[]
  return Object.fromEntries(
    names.map((name) => [
      name,
      percentile(
        all.map((one) => one[name]),
        0.5,
      ),
    ]),
  ) as unknown as Figures
}

const model = await Subject.start(script('fake-model.ts'))
const subjects = values.subjects.split(',').map((name) => {
  const subject = SUBJECTS[name]
  if (!subject) throw new Error(`There is no subject "${name}": it is one of ${Object.keys(SUBJECTS).join(', ')}.`)
  return { name, prepare: subject(model.url) }
})
const measured = new Map<string, Figures[]>()
for (let round = 0; round < rounds; round++) {
  // In turns, so that whatever else the machine does falls on all of them.
  for (const { name, prepare } of subjects) {
    const subject = await Subject.start(prepare)
    measured.set(name, [...(measured.get(name) ?? []), await measure(subject)])
    await subject.stop()
  }
}
await model.stop()

const medians = [...measured].map(([name, all]) => ({ name, ...median(all) }))
const floor = medians[0]
for (const one of medians) {
  const share = floor
    ? { throughput: one.jobsPerSecond / floor.jobsPerSecond, cpu: one.cpuMsPerJob / floor.cpuMsPerJob }
    : null
  process.stderr.write(
    [
      one.name.padEnd(24),
      `${one.jobsPerSecond.toFixed(0)} jobs/s (× ${share?.throughput.toFixed(2) ?? ''})`,
      `${one.cpuMsPerJob.toFixed(2)} ms CPU a job (× ${share?.cpu.toFixed(2) ?? ''})`,
      `alone ${one.aloneP50Ms.toFixed(1)} ms`,
      `submit p50 ${one.submitP50Ms.toFixed(1)} p99 ${one.submitP99Ms.toFixed(1)} ms`,
      `done p50 ${one.doneP50Ms.toFixed(1)} ms at 10 jobs/s`,
      `peak ${one.peakMib.toFixed(0)} MiB`,
      `start ${one.startMs.toFixed(0)} ms`,
    ].join(' · ') + '\n',
  )
}
process.stdout.write(`${JSON.stringify({ jobs, rounds, subjects: medians })}\n`)
