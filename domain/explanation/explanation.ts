import type { ErrorCode } from '../app-error.ts'
import { OF_AUTOMATION } from './of-automation.ts'
import { OF_JOBS } from './of-jobs.ts'
import { OF_REQUESTS } from './of-requests.ts'
import { OF_SERVICE } from './of-service.ts'
import { OF_WRITES } from './of-writes.ts'

/** What a code means, for the person who meets it. Plain sentences; names of settings, routes and commands in backquotes. */
export interface Explanation {
  /** Why this happens. */
  readonly cause: string
  /** What to do. */
  readonly remedy: string
}

/** Every code has one; a new code without one is a type error. */
export const EXPLANATIONS: Readonly<Record<ErrorCode, Explanation>> = {
  ...OF_REQUESTS,
  ...OF_JOBS,
  ...OF_AUTOMATION,
  ...OF_WRITES,
  ...OF_SERVICE,
}
