// What traces cost a job: servers with and without them in one process, in turns. `npm run bench:tracing`; see bench/README.md.

import type { Used } from './errands.ts'
import { ask, manyJobs } from './load.ts'
import { percentile } from './measure.ts'
import { readOptions } from './options.ts'
import { Subject, script } from './subject.ts'

const values = readOptions('Measures what traces cost a job: servers with and without, in turns in one process.', {
  jobs: { type: 'string', default: '250', help: 'jobs in a slice' },
  rounds: { type: 'string', default: '16', help: 'rounds, of a slice of each of four servers' },
  clients: { type: 'string', default: '20', help: 'clients that submit at the same time' },
  warm: { type: 'string', default: '2000', help: 'jobs of each server before the first slice' },
})
const [jobs, rounds, clients] = [Number(values.jobs), Number(values.rounds), Number(values.clients)]

/** Two of each kind: how far the same kind differs is how far a difference means nothing. */
const TRACED = [false, true, false, true] as const
/** In which each server follows each other one equally often. */
const ORDERS = [0, 1, 2, 3].flatMap((first) => {
  const order = [0, 3, 1, 2].map((turn) => (turn + first) % TRACED.length)
  return [order, order.toReversed()]
})
/** Until the exporter has sent what the slice has left. */
const REST_MS = 300

/** Of one job. */
type Slice = Used

/** @param usage where the process says what it has used. */
async function slice(usage: string, server: string): Promise<Slice> {
  const before = await ask<Used>('GET', usage)
  await manyJobs(server, { jobs, clients })
  await new Promise((resolve) => setTimeout(resolve, REST_MS))
  const after = await ask<Used>('GET', usage)
  return { cpuMs: (after.cpuMs - before.cpuMs) / jobs, bytes: (after.bytes - before.bytes) / jobs }
}

const model = await Subject.start(script('fake-model.ts'))
const subject = await Subject.start(() => ({
  ...script('errands.ts', {
    BENCH_MODEL_URL: model.url,
    BENCH_TRACED: TRACED.map((isTraced) => (isTraced ? 'yes' : 'no')).join(','),
  })(),
  ready: /usage and servers: (\S+)/,
}))
const [usage = '', ...servers] = subject.url.split(',')
for (const server of servers) await manyJobs(server, { jobs: Number(values.warm), clients })
const slices = servers.map((): Slice[] => [])
for (let round = 0; round < rounds; round++)
  for (const index of ORDERS[round % ORDERS.length] ?? []) slices[index]?.push(await slice(usage, servers[index] ?? ''))
await subject.stop()
await model.stop()

interface Figures {
  /** Mean of the half of the slices that took least: other work on the machine adds, and takes nothing away. */
  readonly cpuMs: number
  readonly medianCpuMs: number
  readonly kib: number
}

function figuresOf(all: readonly Slice[]): Figures {
  const times = all.map(({ cpuMs }) => cpuMs).sort((a, b) => a - b)
  const least = times.slice(0, Math.ceil(times.length / 2))
  const bytes = all.map((one) => one.bytes)
  return {
    cpuMs: least.reduce((sum, one) => sum + one, 0) / least.length,
    medianCpuMs: percentile(times, 0.5),
    kib: percentile(bytes, 0.5) / 1024,
  }
}

const of = (isTraced: boolean): readonly Slice[] => slices.filter((_, index) => TRACED[index] === isTraced).flat()
const [without, traced] = [figuresOf(of(false)), figuresOf(of(true))]
const each = slices.map(figuresOf)
const share = (a: Figures | undefined, b: Figures | undefined): number => (a?.cpuMs ?? NaN) / (b?.cpuMs ?? NaN)
const same = { without: share(each[2], each[0]), traced: share(each[3], each[1]) }

for (const [name, { cpuMs, medianCpuMs, kib }] of Object.entries({ without, traced }))
  process.stderr.write(
    `${name.padEnd(10)} ${cpuMs.toFixed(2)} ms CPU a job · median ${medianCpuMs.toFixed(2)} ms · ${kib.toFixed(0)} KiB\n`,
  )
process.stderr.write(
  `traces     × ${share(traced, without).toFixed(3)} of CPU · median × ${(traced.medianCpuMs / without.medianCpuMs).toFixed(3)} · × ${(traced.kib / without.kib).toFixed(3)} of bytes\n` +
    `the same   × ${same.without.toFixed(3)} without, × ${same.traced.toFixed(3)} with traces\n`,
)
process.stdout.write(`${JSON.stringify({ jobs, rounds, without, traced, share: share(traced, without), same })}\n`)
