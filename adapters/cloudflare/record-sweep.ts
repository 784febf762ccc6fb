import type { Stored } from '#domain/record/kind.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { inParallel } from './in-parallel.ts'
import type { Looked, RecordIndex } from './record-index.ts'
import type { RecordNamespace } from './record-stub.ts'

export interface RecordSweepDeps<T extends Stored> {
  readonly index: RecordIndex
  readonly objects: RecordNamespace<T>
  readonly clock: Clock
  readonly logger: Logger
}

/** When a failed check is repeated. */
const AGAIN_MS = 600_000
/** Most in one sweep: each is a call. */
const MOST = 100
const AT_ONCE = 6

/** Checks the overdue records of one kind, and starts those whose alarm was lost. */
export async function sweepRecords<T extends Stored>(deps: RecordSweepDeps<T>): Promise<void> {
  const { index, objects, clock, logger } = deps
  const now = clock.now()
  const claimed = await index.claim({ by: now, until: now + AGAIN_MS, most: MOST })
  const looked: Looked[] = []
  await inParallel(claimed, AT_ONCE, async (id) => {
    try {
      looked.push({ id, at: await objects.getByName(id).lookAfter() })
    } catch (error) {
      logger.error('A record could not be looked after; it will be tried again.', error, { id })
    }
  })
  await index.note(looked)
}
