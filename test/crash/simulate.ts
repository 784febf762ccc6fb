import { parseArgs } from 'node:util'
import { simulateBatch } from './batch-simulation.ts'
import { BATCH_MUTATIONS } from './batch-world.ts'
import { SCHEDULE_MUTATIONS } from './schedule-process.ts'
import { simulateSchedule } from './schedule-simulation.ts'
import { WRITE_MUTATIONS } from './watched-shop.ts'
import { simulateWrites } from './write-simulation.ts'
import { SIM_MUTATIONS, simulate } from './simulation.ts'

type Simulate = (seed: number, mutation: string | null) => Promise<{ readonly violations: readonly string[] }>

interface Subject {
  readonly mutations: readonly string[]
  readonly simulate: Simulate
}

const SUBJECTS: Readonly<Record<string, Subject>> = {
  job: { mutations: SIM_MUTATIONS, simulate: simulate as Simulate },
  batch: { mutations: BATCH_MUTATIONS, simulate: simulateBatch as Simulate },
  schedule: { mutations: SCHEDULE_MUTATIONS, simulate: simulateSchedule as Simulate },
  write: { mutations: WRITE_MUTATIONS, simulate: simulateWrites as Simulate },
}

const HELP = `npm run simulate -- [options]

Runs one job, batch, schedule or job with writes after the other in a world of chance: processes die and stop, wakes are lost, the network
loses what it carries, tools ignore their abort signal, callers change the batch or the schedule. The same seed is the same world.

  --of NAME        job (the default), batch, schedule or write
  --seeds N        how many worlds (default: 1000)
  --from N         the first seed (default: 1)
  --mutation NAME  with a deliberate bug, which must come to light:
                   of a job: ${SIM_MUTATIONS.join(', ')}
                   of a batch: ${BATCH_MUTATIONS.join(', ')}
                   of a schedule: ${SCHEDULE_MUTATIONS.join(', ')}
                   of a write: ${WRITE_MUTATIONS.join(', ')}
  --help           this
`

const { values } = parseArgs({
  options: {
    of: { type: 'string', default: 'job' },
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    mutation: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

function wholeNumber(name: 'seeds' | 'from'): number {
  const number = Number(values[name])
  if (Number.isSafeInteger(number) && number > 0) return number
  return fail(`--${name} must be a whole number from 1, not "${values[name]}".`)
}

function fail(problem: string): never {
  process.stderr.write(`${problem}\n\n${HELP}`)
  process.exit(2)
}

if (values.help) {
  process.stdout.write(HELP)
  process.exit(0)
}
const subject = SUBJECTS[values.of] ?? fail(`--of must be job, batch, schedule or write, not "${values.of}".`)
const mutation = subject.mutations.find((name) => name === values.mutation) ?? null
if (values.mutation !== undefined && mutation === null)
  fail(`There is no mutation "${values.mutation}" of a ${values.of}.`)
const [from, count] = [wholeNumber('from'), wholeNumber('seeds')]
let failed = 0
for (let seed = from; seed < from + count; seed++) {
  const { violations } = await subject.simulate(seed, mutation)
  if (violations.length === 0) continue
  failed++
  process.stdout.write(`seed ${String(seed)}: ${violations.join('; ')}\n`)
}
process.stdout.write(
  `${String(count)} worlds, ${String(failed)} in which something went wrong. Repeat one with --from SEED --seeds 1.\n`,
)
process.exitCode = failed > 0 ? 1 : 0
