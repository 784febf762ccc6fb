import { AppError } from '../app-error.ts'

export class JobNotFoundError extends AppError {
  readonly code = 'job_not_found'

  constructor(jobId: string) {
    super(`There is no job "${jobId}".`)
  }
}

/** A defect: code tried to record something that cannot happen to a job in this state. */
export class InvalidTransitionError extends AppError {
  readonly code = 'invalid_transition'

  constructor(jobId: string, status: string, event: string) {
    super(`Job ${jobId} is ${status}: "${event}" cannot happen to it.`)
  }
}

/** A turn asked for more than it may have. */
export class LimitExceededError extends AppError {
  readonly code = 'limit_exceeded'
}

/** A job, or a run, was not finished in the time that it had. */
export class DeadlineExceededError extends AppError {
  readonly code = 'deadline_exceeded'

  constructor(message = 'The job was not finished by its deadline.') {
    super(message)
  }
}

/** Nothing can be done any more to a job that is finished. */
export class JobFinishedError extends AppError {
  readonly code = 'job_finished'

  constructor(jobId: string, status: string) {
    super(`Job ${jobId} is ${status} already.`)
  }
}

/** The caller left, or the process is stopping, before the work was done. */
export class CanceledError extends AppError {
  readonly code = 'canceled'

  constructor(cause?: unknown) {
    super('The work was stopped before it was done.', { cause })
  }
}

// Why a request of a caller is refused. What went wrong with a job is above.

/** Only what is finished can be deleted. */
export class JobNotFinishedError extends AppError {
  readonly code = 'job_not_finished'

  constructor(jobId: string, status: string) {
    super(`Job ${jobId} is ${status}. Cancel it first, and delete it when it is canceled.`)
  }
}

/** Only what did not succeed can be tried again. */
export class JobNotRetryableError extends AppError {
  readonly code = 'job_not_retryable'

  constructor(jobId: string, status: string) {
    super(`Job ${jobId} is ${status}. Only a job that has failed or was canceled can be retried.`)
  }
}

export class CallNotFoundError extends AppError {
  readonly code = 'call_not_found'

  constructor(jobId: string, callId: string) {
    super(`Job ${jobId} has no call "${callId}".`)
  }
}

/** The call needs approval, and its job does not wait for it yet: an attempt is under way, or another question comes first. */
export class CallNotReadyError extends AppError {
  readonly code = 'call_not_ready'
  override readonly retryable = true

  constructor(jobId: string, callId: string) {
    super(
      `Job ${jobId} does not wait for an answer about "${callId}" yet. Send it again when the job shows that it does.`,
    )
  }
}

/** The job ended with calls that may have had their effect. Until each is resolved, repeating or deleting the job could lead to a second one. */
export class OutcomeUnknownError extends AppError {
  readonly code = 'outcome_unknown'

  constructor(jobId: string, calls: readonly { readonly callId: string; readonly name: string }[]) {
    const named = calls.map(({ callId, name }) => `"${callId}" of ${name}`).join(', ')
    super(
      `Job ${jobId} ended with calls whose outcome is not known: ${named}. Resolve each with POST /jobs/{id}/calls/{callId}/resolve first.`,
    )
  }
}

/** The key has been used for another request. */
export class IdempotencyKeyReusedError extends AppError {
  readonly code = 'idempotency_key_reused'

  constructor() {
    super('This Idempotency-Key was used for another request. Use a new key for each new request.')
  }
}

/** The caller may ask again later: `retryAfterMs` from now. */
export class QueueFullError extends AppError {
  readonly code = 'queue_full'
  override readonly retryable = true
  readonly retryAfterMs: number

  constructor(most: number, retryAfterMs: number) {
    super(`There are ${String(most)} unfinished jobs already, which is as many as there may be. Try again later.`)
    this.retryAfterMs = retryAfterMs
  }
}
