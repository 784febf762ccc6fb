// What 10 000 jobs cost on Cloudflare at list price, without what a plan includes. `npm run cost -- --seconds 10`

import { parseArgs } from 'node:util'
import { USED } from './job-on-cloudflare.ts'

const JOBS = 10_000

/**
 * US dollars a unit. Sources: https://developers.cloudflare.com/durable-objects/platform/pricing/,
 * https://developers.cloudflare.com/workers/platform/pricing/ and https://developers.cloudflare.com/d1/platform/pricing/ (copies read in November 2026).
 */
const PRICE = {
  workerRequest: 0.3 / 1e6,
  objectRequest: 0.15 / 1e6,
  rowWritten: 1 / 1e6,
  rowRead: 0.001 / 1e6,
  gigabyteSecond: 12.5 / 1e6,
}

/** An object is billed as 128 MB for as long as it works, waiting for its model included. */
const OBJECT_GB = 0.128

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' } } })
const seconds = Number(values.seconds)

const lines = [
  ['Worker requests', USED.workerRequests, PRICE.workerRequest],
  ['object requests and alarms', USED.jobObjectRequests, PRICE.objectRequest],
  ['rows written, job', USED.objectRowsWritten, PRICE.rowWritten],
  ['rows written, D1', USED.d1RowsWritten, PRICE.rowWritten],
  ['rows read', USED.objectRowsRead + USED.d1RowsRead, PRICE.rowRead],
  [`GB-s, ${String(seconds)} s of work`, seconds * OBJECT_GB, PRICE.gigabyteSecond],
] as const

const total = lines.reduce((sum, [, each, price]) => sum + each * price * JOBS, 0)
for (const [name, each, price] of lines) {
  process.stderr.write(
    `${name.padEnd(28)} ${each.toFixed(2).padStart(8)} a job   $ ${(each * price * JOBS).toFixed(4)}\n`,
  )
}
process.stderr.write(`${'10 000 jobs'.padEnd(28)} ${''.padStart(14)}   $ ${total.toFixed(4)}\n`)
process.stdout.write(`${JSON.stringify({ jobs: JOBS, seconds, used: USED, dollars: total })}\n`)
