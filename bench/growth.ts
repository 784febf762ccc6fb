// Whether a server becomes slower with its history: its first 1 000 jobs beside its last 1 000 of many. Also their size
// on disk, and the time of a start with all of them. `npm run bench:growth -- --jobs 20000` A table on stderr, and one
// line of JSON on stdout.

import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { manyJobs } from './load.ts'
import { readOptions } from './options.ts'
import { Subject, script } from './subject.ts'

const CLIENTS = 50
const WARM_UP = 200
const RESTARTS = 5

const values = readOptions('Measures whether a server becomes slower with the jobs it has done.', {
  jobs: { type: 'string', default: '20000', help: 'jobs in all' },
  slice: { type: 'string', default: '1000', help: 'jobs that are compared, first and last' },
})
const jobs = Number(values.jobs)
const slice = Number(values.slice)
if (jobs < 2 * slice) throw new Error(`--jobs must be at least ${String(2 * slice)}, twice --slice.`)

/** Outlives the servers that store in it. */
const folder = mkdtempSync(join(tmpdir(), 'errand-bench-'))
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true })
})

async function measured(subject: Subject) {
  const cpuBefore = subject.cpuMs()
  const begun = performance.now()
  await manyJobs(subject.url, { jobs: slice, clients: CLIENTS })
  const seconds = (performance.now() - begun) / 1000
  return {
    jobsPerSecond: slice / seconds,
    cpuMsPerJob: (subject.cpuMs() - cpuBefore) / slice,
    memoryKib: subject.memoryKib(),
  }
}

function bytesIn(place: string): number {
  return readdirSync(place).reduce((sum, name) => sum + statSync(join(place, name)).size, 0)
}

/** The median of several, each killed as soon as it has answered. */
async function startMs(place: string): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < RESTARTS; round++) {
    const subject = await Subject.start(script('errand.ts', { ERRAND_DATA_DIR: place, BENCH_MODEL_URL: model.url }))
    times.push(subject.startMs)
    await subject.stop()
  }
  return times.sort((a, b) => a - b)[Math.floor(RESTARTS / 2)] ?? Number.NaN
}

const model = await Subject.start(script('fake-model.ts'))
const full = join(folder, 'full')
const subject = await Subject.start(script('errand.ts', { ERRAND_DATA_DIR: full, BENCH_MODEL_URL: model.url }))
await manyJobs(subject.url, { jobs: WARM_UP, clients: CLIENTS })
const bytesBefore = bytesIn(full)
const first = await measured(subject)
await manyJobs(subject.url, { jobs: jobs - 2 * slice, clients: CLIENTS })
const last = await measured(subject)
const bytesPerJob = (bytesIn(full) - bytesBefore) / jobs
await subject.stop()
const restart = { emptyMs: await startMs(join(folder, 'empty')), fullMs: await startMs(full) }
await model.stop()

for (const [name, figures] of Object.entries({ first, last })) {
  const { jobsPerSecond, cpuMsPerJob, memoryKib } = figures
  process.stderr.write(
    [
      `${name} ${String(slice)} of ${String(jobs)}`.padEnd(24),
      `${jobsPerSecond.toFixed(0)} jobs/s (× ${(jobsPerSecond / first.jobsPerSecond).toFixed(2)})`,
      `${cpuMsPerJob.toFixed(2)} ms CPU a job (× ${(cpuMsPerJob / first.cpuMsPerJob).toFixed(2)})`,
      `memory ${(memoryKib / 1024).toFixed(0)} MiB`,
    ].join(' · ') + '\n',
  )
}
process.stderr.write(
  `on disk ${bytesPerJob.toFixed(0)} bytes a job · start ${restart.fullMs.toFixed(0)} ms with all of them, ${restart.emptyMs.toFixed(0)} ms with none\n`,
)
process.stdout.write(`${JSON.stringify({ jobs, slice, clients: CLIENTS, first, last, bytesPerJob, restart })}\n`)
