import type { WriteBegun, WriteProposed } from '#domain/write/event.ts'
import type { WriteMode, WriteRecord } from '#domain/write/write.ts'

/** Where the writes of a turn are recorded: the job's journal. */
export interface WriteJournal {
  readonly mode: WriteMode
  readonly writes: readonly WriteRecord[]
  append(event: WriteProposed | WriteBegun): void
  flush(): Promise<void>
}
