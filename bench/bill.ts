import { BATCH_BY_DESIGN, COUNTED_BATCH } from './batch-on-cloudflare.ts'
import { BY_DESIGN, COUNTED } from './job-on-cloudflare.ts'
import { AWS, CLOUDFLARE } from './prices.ts'

/** A line of a bill, for one job. */
export interface BillLine {
  readonly what: string
  readonly amount: number
  /** Dollars for one. */
  readonly price: number
}

export interface Job {
  /** From its first model call to its last, waiting included: both platforms bill it. */
  readonly seconds: number
  /** How long it is kept when it is done. */
  readonly days: number
  /** How many there are a day, to share what comes once a minute whether there are jobs or not. */
  readonly perDay: number
}

/** An object is billed as this much for as long as it works, and it is the smallest that Lambda has. */
const GIGABYTES = 0.128
const BYTES_A_GIGABYTE = 1e9
const DAYS_A_MONTH = 30
const MINUTES_A_DAY = 1440

/** Assumed, of a request that stores or reads one job; the same for both. */
const REQUEST_MS = 10

/** Of the index of jobs, only jobs of a batch have an entry by batch. */
const BATCH_ENTRY_ROWS = 1

/** Assumed, of a line that is parsed, checked and hashed. */
const LINE_CPU_MS = 0.1

/** Assumed: an entry of the index with what is beside it. */
const ENTRY_BYTES = 500

const kept = (bytes: number, days: number): number => ((bytes / BYTES_A_GIGABYTE) * days) / DAYS_A_MONTH

/** What `deleteAll()` is billed is not documented; it drops the database as a whole, and no rows are reckoned for it. */
export function billOnCloudflare({ seconds, days, perDay }: Job): readonly BillLine[] {
  const { workerRequests, objectRequests, alarmsFired } = BY_DESIGN
  const { objectRowsWritten, objectRowsRead, alarmsSet, d1RowsWritten, d1RowsRead, storedBytes } = COUNTED
  const cron = MINUTES_A_DAY / perDay
  return [
    { what: 'Worker requests', amount: workerRequests, price: CLOUDFLARE.workerRequest },
    { what: 'Worker requests, cron', amount: cron, price: CLOUDFLARE.workerRequest },
    { what: 'Worker CPU ms', amount: (workerRequests + cron) * REQUEST_MS, price: CLOUDFLARE.workerCpuMs },
    { what: 'object requests', amount: objectRequests, price: CLOUDFLARE.objectRequest },
    { what: 'alarms that came', amount: alarmsFired, price: CLOUDFLARE.objectRequest },
    { what: 'object GB-s', amount: seconds * GIGABYTES, price: CLOUDFLARE.gigabyteSecond },
    { what: 'object rows written', amount: objectRowsWritten, price: CLOUDFLARE.rowWritten },
    { what: 'alarms set', amount: alarmsSet, price: CLOUDFLARE.rowWritten },
    { what: 'D1 rows written', amount: d1RowsWritten, price: CLOUDFLARE.rowWritten },
    { what: 'rows read', amount: objectRowsRead + d1RowsRead, price: CLOUDFLARE.rowRead },
    { what: 'object GB-months', amount: kept(storedBytes, days), price: CLOUDFLARE.objectGigabyteMonth },
    { what: 'D1 GB-months', amount: kept(ENTRY_BYTES, days), price: CLOUDFLARE.d1GigabyteMonth },
  ]
}

/**
 * An item of a batch: its job, which no request of its own submits or reads, and its part of the batch. `window` jobs are
 * unfinished at a time, and the object of the batch works for as long as they do.
 */
export function billOfItem(job: Job, window: number): readonly BillLine[] {
  const part = (amount: number): number => amount / COUNTED_BATCH.items
  const { linesOfRequest, linesOfChunk, callsOfChunk, callsOfItem } = BATCH_BY_DESIGN
  const ofJob = billOnCloudflare(job).map((line) => (line.what.startsWith('Worker') ? { ...line, amount: 0 } : line))
  const requests = 1 / linesOfRequest
  const uploaded = callsOfChunk / linesOfChunk
  const ofBatch = [
    { what: 'Worker requests', amount: requests, price: CLOUDFLARE.workerRequest },
    { what: 'Worker CPU ms', amount: LINE_CPU_MS, price: CLOUDFLARE.workerCpuMs },
    { what: 'object requests', amount: uploaded + callsOfItem - 1, price: CLOUDFLARE.objectRequest },
    { what: 'object GB-s', amount: (job.seconds / window) * GIGABYTES, price: CLOUDFLARE.gigabyteSecond },
    { what: 'object rows written', amount: part(COUNTED_BATCH.objectRowsWritten), price: CLOUDFLARE.rowWritten },
    {
      what: 'D1 rows written',
      amount: part(COUNTED_BATCH.d1RowsWritten) + BATCH_ENTRY_ROWS,
      price: CLOUDFLARE.rowWritten,
    },
    {
      what: 'rows read',
      amount: part(COUNTED_BATCH.objectRowsRead + COUNTED_BATCH.d1RowsRead),
      price: CLOUDFLARE.rowRead,
    },
    {
      what: 'object GB-months',
      amount: kept(part(COUNTED_BATCH.storedBytes), job.days),
      price: CLOUDFLARE.objectGigabyteMonth,
    },
  ]
  return ofJob.map((line) => {
    const more = ofBatch.find(({ what }) => what === line.what)
    return more ? { ...line, amount: line.amount + more.amount } : line
  })
}

/**
 * The same job on paper, at the lowest cost that we can think of. Functions have the smallest size, and a queue starts
 * them. Each commit is an item, and one more item with as many indexes as ours (keys only) is for lists. The job is
 * polled once. Its time to live deletes everything, which is free.
 */
export function billOnLambda({ seconds, days }: Job): readonly BillLine[] {
  const { commitBytes } = COUNTED
  const requestSeconds = (BY_DESIGN.workerRequests * REQUEST_MS) / 1000
  const journalUnits = commitBytes.reduce((sum, bytes) => sum + Math.ceil(bytes / 1024), 0)
  const journalBytes = commitBytes.reduce((sum, bytes) => sum + bytes, 0)
  return [
    { what: 'API Gateway requests', amount: BY_DESIGN.workerRequests, price: AWS.gatewayRequest },
    { what: 'Lambda requests', amount: BY_DESIGN.workerRequests + 1, price: AWS.lambdaRequest },
    { what: 'Lambda GB-s', amount: (seconds + requestSeconds) * GIGABYTES, price: AWS.gigabyteSecond },
    { what: 'SQS send, receive, delete', amount: 3, price: AWS.queueRequest },
    { what: 'write units, journal', amount: journalUnits, price: AWS.writeUnit },
    { what: 'write units, lists', amount: LIST_UNITS, price: AWS.writeUnit },
    { what: 'read units', amount: 2, price: AWS.readUnit },
    { what: 'DynamoDB GB-months', amount: kept(journalBytes + ENTRY_BYTES, days), price: AWS.gigabyteMonth },
  ]
}

/**
 * An item with 4 indexes is put, and changed once. A changed key of an index is two writes; status and wake are keys of
 * one index each.
 */
const LIST_UNITS = 1 + 4 + (1 + 2 * 2)

export function dollars(bill: readonly BillLine[], jobs: number): number {
  return bill.reduce((sum, { amount, price }) => sum + amount * price, 0) * jobs
}
