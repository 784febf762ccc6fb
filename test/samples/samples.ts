import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deliveryLog } from '#adapters/http/wire/delivery-views.ts'
import { callbackBody, jobView } from '#adapters/http/wire/views.ts'
import { operationView } from '#adapters/http/wire/listing-views.ts'
import { eventView } from '#adapters/http/sse.ts'
import type { JobEvent } from '#domain/job/event.ts'
import { replay } from '#domain/job/replay.ts'
import { nextWake } from '#domain/job/wake.ts'
import manifest from '../../package.json' with { type: 'json' }
import { type OperationSample, makeOperations } from './operations.ts'
import { isOfBatch, makeBatches, readBatch } from './batches.ts'
import type { RecordSample } from './record-sample.ts'
import { makeRecords, readRecord } from './records.ts'
import { type JournalSample, playRuns } from './runs.ts'
import { isOfSchedule, makeSchedules, readSchedule } from './schedules.ts'

/** What one release stores, and what it makes of it. */
export interface Samples {
  readonly journals: readonly JournalSample[]
  readonly operations: readonly OperationSample[]
  readonly records: readonly RecordSample[]
  /** What comes of each when it is read, by kind and name. */
  readonly read: readonly { readonly name: string; readonly view: unknown }[]
}

/** The release that this code is of, or will be. */
export const RELEASE = manifest.version

const FILES = ['journals', 'operations', 'records', 'read'] as const

/** What this code stores. The same every time. */
export async function makeSamples(): Promise<Samples> {
  const stored = {
    journals: await playRuns(),
    operations: await makeOperations(),
    records: [...(await makeRecords()), ...(await makeSchedules()), ...(await makeBatches())],
  }
  return { ...stored, read: await readSamples(stored) }
}

/** What this code makes of what any release has stored. */
export async function readSamples(stored: Omit<Samples, 'read'>): Promise<Samples['read']> {
  const jobs = stored.journals.map(({ name, events }) => ({
    name: `job: ${name}`,
    view: jobOf(events as readonly JobEvent[]),
  }))
  const operations = stored.operations.map(({ name, record }) => ({
    name: `operation: ${name}`,
    view: operationView(record),
  }))
  const records: { readonly name: string; readonly view: unknown }[] = []
  for (const sample of stored.records)
    records.push({ name: `row: ${sample.name}`, view: await readerOf(sample)(sample) })
  return [...jobs, ...operations, ...records].map((one) => JSON.parse(JSON.stringify(one)) as Samples['read'][number])
}

function readerOf(sample: RecordSample): (sample: RecordSample) => Promise<unknown> {
  if (isOfBatch(sample)) return readBatch
  return isOfSchedule(sample) ? readSchedule : readRecord
}

/** All that is made of a journal: what callers see, what is sent, what the model is sent next, and when the job is looked at again. */
function jobOf(events: readonly JobEvent[]): object {
  const { job, turn } = replay(events.map((event, index) => ({ seq: index + 1, event })))
  return {
    job: jobView(job, true),
    events: events.map(eventView),
    ...deliveryLog(`/jobs/${job.id}`, job.deliveries),
    callbacks: job.deliveries.map((delivery) => JSON.parse(callbackBody(job, delivery)) as unknown),
    transcript: turn.messages,
    wake: nextWake(job),
    runId: job.runId,
    tenantId: job.tenantId,
    version: job.version,
    strikes: job.strikes,
  }
}

/** The folders that there are, oldest first. */
export function releases(): readonly string[] {
  const folders = readdirSync(import.meta.dirname).filter((name) => /^\d/.test(name))
  return folders.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

export function readFolder(release: string): Samples {
  const lines = (file: string): unknown[] => {
    const text = readFileSync(join(import.meta.dirname, release, `${file}.jsonl`), 'utf8')
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
  }
  return Object.fromEntries(FILES.map((file) => [file, lines(file)])) as unknown as Samples
}

export function writeFolder(release: string, samples: Samples): void {
  const folder = join(import.meta.dirname, release)
  if (!existsSync(folder)) mkdirSync(folder)
  for (const file of FILES) {
    const lines = samples[file].map((sample) => `${JSON.stringify(sample)}\n`)
    writeFileSync(join(folder, `${file}.jsonl`), lines.join(''))
  }
}
