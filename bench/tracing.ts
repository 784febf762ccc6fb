// What traces cost a job: servers with and without them in one process, in turns. `npm run bench:tracing`; see bench/README.md.

import type { Used } from './errands.ts'
import { ask, manyJobs } from './load.ts'
import { percentile } from './measure.ts'
import { readOptions } from './options.ts'
import { Subject, script } from './subject.ts'

const values = readOptions('Measures what traces cost a job: servers with and without, in turns in one process.', {
  jobs: { type: 'string', default: '250', help: 'jobs in a slice' },
  rounds: {
    type: 'string',
    default: '8',
    help: 'rounds, of a slice of each of four servers, in each of two processes',
  },
  clients: { type: 'string', default: '20', help: 'clients that submit at the same time' },
  warm: { type: 'string', default: '2000', help: 'jobs of each server before the first slice' },
})
const [jobs, rounds, clients] = [Number(values.jobs), Number(values.rounds), Number(values.clients)]

/**
 * Two of each kind: how far the same kind differs is how far a difference means nothing. The first server of a process
 * takes some percent more than the others, so each kind is first once.
 */
const PROCESSES = [
  [false, true, false, true],
  [true, false, true, false],
] as const
/** In which each server follows each other one equally often. */
const ORDERS = [0, 1, 2, 3].flatMap((first) => {
  const order = [0, 3, 1, 2].map((turn) => (turn + first) % 4)
  return [order, order.toReversed()]
})
/** Until the exporter has sent what the slice has left. */
const REST_MS = 300

/** Of one job. */
type Slice = Used

/** One round: a slice of each of two servers without traces, and of two with them. */
interface Round {
  readonly without: readonly Slice[]
  readonly traced: readonly Slice[]
}

const model = await Subject.start(script('fake-model.ts'))
const all: Round[] = []
for (const isTraced of PROCESSES) all.push(...(await roundsOf(isTraced)))
await model.stop()

async function roundsOf(isTraced: readonly boolean[]): Promise<readonly Round[]> {
  const subject = await Subject.start(() => ({
    ...script('errands.ts', {
      BENCH_MODEL_URL: model.url,
      BENCH_TRACED: isTraced.map((one) => (one ? 'yes' : 'no')).join(','),
    })(),
    ready: /usage and servers: (\S+)/,
  }))
  const [usage = '', ...servers] = subject.url.split(',')
  for (const server of servers) await manyJobs(server, { jobs: Number(values.warm), clients })
  const done: Round[] = []
  for (let round = 0; round < rounds; round++) {
    const slices: { readonly index: number; readonly slice: Slice }[] = []
    for (const index of ORDERS[round % ORDERS.length] ?? [])
      slices.push({ index, slice: await sliceOf(usage, servers[index] ?? '') })
    slices.sort((a, b) => a.index - b.index)
    const of = (kind: boolean) => slices.filter(({ index }) => isTraced[index] === kind).map(({ slice }) => slice)
    done.push({ without: of(false), traced: of(true) })
  }
  await subject.stop()
  return done
}

/** @param usage where the process says what it has used. */
async function sliceOf(usage: string, server: string): Promise<Slice> {
  const before = await ask<Used>('GET', usage)
  await manyJobs(server, { jobs, clients })
  await new Promise((resolve) => setTimeout(resolve, REST_MS))
  const after = await ask<Used>('GET', usage)
  return { cpuMs: (after.cpuMs - before.cpuMs) / jobs, bytes: (after.bytes - before.bytes) / jobs }
}

function figuresOf(slices: readonly Slice[]) {
  const times = slices.map(({ cpuMs }) => cpuMs).sort((a, b) => a - b)
  // Other work on the machine adds, and takes nothing away.
  const least = times.slice(0, Math.ceil(times.length / 2))
  const bytes = slices.map((one) => one.bytes)
  return { cpuMs: sum(least) / least.length, kib: percentile(bytes, 0.5) / 1024 }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

/** CPU beside CPU in each round: what drifts between rounds touches both. */
function spread(shareOf: (round: Round) => number) {
  const shares = all.map(shareOf).sort((a, b) => a - b)
  const [low, median, high] = [percentile(shares, 0.25), percentile(shares, 0.5), percentile(shares, 0.75)]
  return { low, median, high }
}

const cpuOf = (slices: readonly Slice[]): number => sum(slices.map(({ cpuMs }) => cpuMs))
const twice = ([first, second]: readonly Slice[]): number => (second?.cpuMs ?? NaN) / (first?.cpuMs ?? NaN)
const kinds = {
  without: figuresOf(all.flatMap(({ without }) => without)),
  traced: figuresOf(all.flatMap(({ traced }) => traced)),
}
const shares = {
  'with traces': spread(({ traced, without }) => cpuOf(traced) / cpuOf(without)),
  'twice without': spread(({ without }) => twice(without)),
  'twice with': spread(({ traced }) => twice(traced)),
}

for (const [name, { cpuMs, kib }] of Object.entries(kinds))
  process.stderr.write(`${name.padEnd(14)} ${cpuMs.toFixed(2)} ms CPU a job · ${kib.toFixed(0)} KiB\n`)
for (const [name, { low, median, high }] of Object.entries(shares))
  process.stderr.write(
    `${name.padEnd(14)} × ${median.toFixed(3)} of CPU · half of the rounds × ${low.toFixed(3)} to ${high.toFixed(3)}\n`,
  )
process.stdout.write(`${JSON.stringify({ jobs, rounds, ...kinds, shares })}\n`)
