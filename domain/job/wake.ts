import { nextDelivery } from '../callback/callback.ts'
import type { Wake } from '../wake.ts'
import { nextWrite } from '../write/due.ts'
import { type FinishedJob, type JobRecord, isFinished } from './job.ts'

/**
 * A job is woken to be executed, to call back, to carry out what was asked of its writes, or to be deleted. The execution of an item of a batch is a kind of its
 * own, so that an executor can keep room for single jobs.
 */
export interface JobWake extends Wake {
  readonly kind: WakeKind
}

export const WAKE_KINDS = ['run', 'item', 'deliver', 'write', 'expire'] as const

export type WakeKind = (typeof WAKE_KINDS)[number]

/**
 * The next wake of a job; every stored job has one. Callbacks wait while a job is queued or running, so that only its
 * executor writes to it. A finished job is kept until its messages have arrived or been given up, and its writes are done.
 */
export function nextWake(job: JobRecord): JobWake {
  if (isFinished(job)) return afterEnd(job)
  const delivery = nextDelivery(job)
  const runAt = runsAt(job)
  const delivers = job.status === 'waiting' && delivery !== null && delivery.nextAt < runAt
  return delivers ? { at: delivery.nextAt, kind: 'deliver' } : { at: runAt, kind: job.options.item ? 'item' : 'run' }
}

function afterEnd(job: FinishedJob): JobWake {
  const [delivery, write] = [nextDelivery(job), nextWrite(job)]
  if (delivery && (!write || delivery.nextAt <= write.nextAt)) return { at: delivery.nextAt, kind: 'deliver' }
  return write ? { at: write.nextAt, kind: 'write' } : { at: expiresAt(job), kind: 'expire' }
}

export function isExecution(kind: WakeKind): boolean {
  return kind === 'run' || kind === 'item'
}

export function nextWakeAt(job: JobRecord): number {
  return nextWake(job).at
}

/** When a finished job may be deleted. */
export function expiresAt({ finishedAt, options }: Extract<JobRecord, { readonly finishedAt: number }>): number {
  return finishedAt + options.retainMs
}

/**
 * When an executor should look at a living job. A running one when its lease ends, so that one whose executor died is always
 * found; its deadline is the executor's to keep. Any other when its deadline passes, if not before.
 */
export function runsAt(job: Exclude<JobRecord, { readonly finishedAt: number }>): number {
  switch (job.status) {
    case 'queued':
      return Math.min(job.runAt, job.deadlineAt)
    case 'running':
      return job.lease.expiresAt
    case 'waiting':
      return Math.min('until' in job.wait ? (job.wait.until ?? Infinity) : Infinity, job.deadlineAt)
  }
}
