import { LRUCache } from 'lru-cache'
import type { StateCache } from '#adapters/sql/job-store.ts'
import type { JobState } from '#domain/job/replay.ts'

/** What the jobs that are kept may take up in memory together, about. */
const MOST_BYTES = 32 * 1_048_576
/** Of a job beside the text of its transcript: its own fields, and the objects that a short turn is made of (measured: 2.5 KB). */
const JOB_BYTES = 2560

/** The jobs that were read or written last. */
export function recentJobs(): StateCache {
  return new LRUCache<string, JobState>({ maxSize: MOST_BYTES, sizeCalculation: ({ turn }) => JOB_BYTES + turn.bytes })
}
