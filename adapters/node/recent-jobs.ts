import { LRUCache } from 'lru-cache'
import type { StateCache } from '#adapters/sql/job-store.ts'
import type { JobState } from '#domain/job/replay.ts'

/** What the jobs that are kept may take up together, as JSON. */
const MOST_BYTES = 32 * 1_048_576
/** Of a job beside its transcript, about. */
const JOB_BYTES = 1024

/** The jobs that were read or written last. */
export function recentJobs(): StateCache {
  return new LRUCache<string, JobState>({ maxSize: MOST_BYTES, sizeCalculation: ({ turn }) => JOB_BYTES + turn.bytes })
}
