// What 10 000 jobs cost on Cloudflare at list price, and the same on Lambda + DynamoDB on paper. Then a batch of 150 000
// items on Cloudflare. `npm run cost -- --seconds 10 --days 30`
// A table on stderr, and one line of JSON on stdout.

import { BATCH_BY_DESIGN, COUNTED_BATCH } from './batch-on-cloudflare.ts'
import { type BillLine, billOfItem, billOnCloudflare, billOnLambda, dollars } from './bill.ts'
import { BY_DESIGN, COUNTED } from './job-on-cloudflare.ts'
import { readOptions } from './options.ts'
import { PRICES_READ } from './prices.ts'
import { billOfDebounce, billOfEvent, billOfFire } from './schedule-bill.ts'
import { COUNTED_EVENT, COUNTED_SCHEDULE } from './schedule-on-cloudflare.ts'

const JOBS = 10_000
const ITEMS = 150_000

const values = readOptions('Computes what 10 000 jobs cost on Cloudflare at list price, and on Lambda with DynamoDB.', {
  seconds: { type: 'string', default: '10', help: 'of a job' },
  days: { type: 'string', default: '30', help: 'that a job is kept' },
  'per-day': { type: 'string', default: '10000', help: 'jobs a day' },
  window: { type: 'string', default: '20', help: 'jobs of the batch at once' },
})
const job = { seconds: Number(values.seconds), days: Number(values.days), perDay: Number(values['per-day']) }

const bills = { Cloudflare: billOnCloudflare(job), 'Lambda + DynamoDB, on paper': billOnLambda(job) }

function print(title: string, bill: readonly BillLine[], jobs: number): void {
  const lines = bill.map(({ what, amount, price }) => line(what, shown(amount), amount * price * jobs))
  process.stderr.write([title, ...lines, line('together', '', dollars(bill, jobs)), '', ''].join('\n'))
}

function line(what: string, amount: string, cost: number): string {
  return `  ${what.padEnd(28)}${amount.padStart(12)}${`$ ${cost.toFixed(4)}`.padStart(14)}`
}

/** What is small keeps its digits. */
function shown(amount: number): string {
  return amount >= 0.01 ? String(Number(amount.toFixed(2))) : amount.toExponential(1)
}

process.stderr.write(
  `${String(JOBS)} jobs of 3 model and 2 tool calls, ${String(job.seconds)} s each, kept for ${String(job.days)} days, `,
)
process.stderr.write(
  `${String(job.perDay)} a day; amounts are a job's. List prices without what a plan includes, ${PRICES_READ}.\n\n`,
)
for (const [title, bill] of Object.entries(bills)) print(title, bill, JOBS)
const [cloudflare, lambda] = Object.values(bills).map((bill) => dollars(bill, JOBS))
const ratio = (cloudflare ?? 0) / (lambda ?? 0)
process.stderr.write(
  `Cloudflare costs × ${ratio.toFixed(2)}. A job also makes ${String(BY_DESIGN.modelAndToolCalls)} calls `,
)
process.stderr.write(`and ${String(COUNTED.d1Queries)} D1 queries: subrequests, which are limited and not billed.\n`)

const window = Number(values.window)
const batch = billOfItem(job, window)
process.stderr.write(
  `\n${String(ITEMS)} items of a batch with skipUnchanged, ${String(window)} at once; amounts are an item's, its job included.\n\n`,
)
print('Cloudflare', batch, ITEMS)
const { linesOfRequest, linesOfChunk, callsOfChunk } = BATCH_BY_DESIGN
process.stderr.write(
  `A request of the client's upload makes ${String((linesOfRequest / linesOfChunk) * (callsOfChunk + 1) + 2)} subrequests, `,
)
process.stderr.write(
  `and a slice of the batch at most 100 submissions; ${String(COUNTED_BATCH.mostCalls)} were counted.\n`,
)
const starters = {
  'a fire every hour': billOfFire({ daysBetween: 1 / 24 }),
  'a fire every week': billOfFire({ daysBetween: 7 }),
  'a cart: 5 PUTs, one fire': billOfDebounce({ puts: 5 }),
  'a webhook event, one action': billOfEvent(),
}
process.stderr.write(`\n${String(JOBS)} times what starts a job on Cloudflare, without the job:\n\n`)
for (const [title, bill] of Object.entries(starters)) print(title, bill, JOBS)

const ofStarters = { schedule: COUNTED_SCHEDULE, event: COUNTED_EVENT, bills: starters }
const ofBatch = { items: ITEMS, window, counted: COUNTED_BATCH, byDesign: BATCH_BY_DESIGN, bill: batch }
const ofJobs = { jobs: JOBS, ...job, counted: COUNTED, byDesign: BY_DESIGN, bills, ratio }
process.stdout.write(`${JSON.stringify({ ...ofJobs, batch: ofBatch, starters: ofStarters })}\n`)
