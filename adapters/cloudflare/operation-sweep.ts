import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { inParallel } from './in-parallel.ts'
import type { OperationIndex } from './operation-index.ts'
import type { OperationNamespace } from './operation-object.ts'

export interface OperationSweepDeps {
  readonly index: OperationIndex
  readonly operations: OperationNamespace
  readonly clock: Clock
  readonly logger: Logger
}

/** How long an operation is left alone after its creation: most are completed by then. */
const GRACE_MS = 60_000
/** One that is still open, or could not be looked after, is looked after again by then. */
const AGAIN_MS = 600_000
/** Most in one sweep. Each is a call, and one more of D1 where it is completed. */
const MOST = 100
const AT_ONCE = 6

/** Looks after bulk operations that may not be completed: one whose alarm was lost is set going again. */
export async function sweepOperations({ index, operations, clock, logger }: OperationSweepDeps): Promise<void> {
  const now = clock.now()
  const claimed = await index.claim({ before: now - GRACE_MS, until: now + AGAIN_MS, most: MOST })
  await inParallel(claimed, AT_ONCE, async (operationId) => {
    try {
      const isOpen = await operations.getByName(operationId).lookAfter()
      if (!isOpen) await index.remove(operationId)
    } catch (error) {
      logger.error('An operation could not be looked after; it will be tried again.', error, { operationId })
    }
  })
}
