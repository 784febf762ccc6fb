import { join } from 'node:path'
import { LocalDispatchLog } from '#adapters/local/dispatch-log.ts'
import { bootId } from '#adapters/node/engine/boot-id.ts'
import { FileDispatchLog } from '#adapters/node/engine/dispatch-log.ts'
import type { DispatchLog } from '#ports/dispatch-log.ts'
import type { Logger } from '#ports/logger.ts'

export interface DispatchLogPlace {
  readonly dataDir: string
  readonly executorId: string
  readonly logger: Logger
}

/** In the data directory, also beside a Postgres: what a dead server has noted is read by the next one on the same machine. */
export function nodeDispatchLog({ dataDir, executorId, logger }: DispatchLogPlace): DispatchLog {
  const boot = bootId()
  if (boot === null) return new LocalDispatchLog(executorId)
  try {
    return new FileDispatchLog({ directory: join(dataDir, 'dispatch'), executorId, bootId: boot, logger })
  } catch (error) {
    logger.warn(
      'There is no dispatch log: after a crash, more calls wait to be resolved. ERRAND_DATA_DIR must be writable.',
      {
        reason: String(error),
      },
    )
    return new LocalDispatchLog(executorId)
  }
}
