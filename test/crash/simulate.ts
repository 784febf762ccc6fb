// npm run simulate -- --seeds 10000 [--from 1] [--mutation "skip fence"]
import { parseArgs } from 'node:util'
import { type SimMutation, simulate } from './simulation.ts'

const { values } = parseArgs({
  options: { seeds: { type: 'string' }, from: { type: 'string' }, mutation: { type: 'string' } },
})
const from = Number(values.from ?? 1)
const count = Number(values.seeds ?? 1000)
let failed = 0
for (let seed = from; seed < from + count; seed++) {
  const { violations } = await simulate(seed, (values.mutation ?? null) as SimMutation | null)
  if (violations.length === 0) continue
  failed++
  process.stdout.write(`seed ${String(seed)}: ${violations.join('; ')}\n`)
}
process.stdout.write(
  `${String(count)} worlds, ${String(failed)} in which something went wrong. Repeat one with --from SEED --seeds 1.\n`,
)
process.exitCode = failed > 0 ? 1 : 0
