import { AppError } from '../app-error.ts'

/** The callback that was asked for cannot be made. */
export class CallbackRefusedError extends AppError {
  readonly code = 'callback_refused'
}

export class DeliveryNotFoundError extends AppError {
  readonly code = 'delivery_not_found'

  /** @param ownerId of the job or the batch. */
  constructor(ownerId: string, deliveryId: string) {
    super(`${ownerId} has no delivery "${deliveryId}".`)
  }
}

/** The message was sent again a moment ago. */
export class RedeliveredRecentlyError extends AppError {
  readonly code = 'redelivered_recently'
  override readonly retryable = true
  readonly retryAfterMs: number

  constructor(deliveryId: string, retryAfterMs: number) {
    super(`Delivery ${deliveryId} was sent again less than 10 s ago. Try again later.`)
    this.retryAfterMs = retryAfterMs
  }
}

/** Each redelivery is kept, and what is kept of a job or a batch must not grow for ever. */
export class RedeliveryLimitError extends AppError {
  readonly code = 'redelivery_limit'

  constructor(ownerId: string, most: number) {
    super(`The messages of ${ownerId} were sent again ${String(most)} times, which is as often as they may be.`)
  }
}
