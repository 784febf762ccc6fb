import { AppError } from '../app-error.ts'

export class WebhookNotFoundError extends AppError {
  readonly code = 'webhook_not_found'

  constructor(name: string) {
    super(`There is no webhook "${name}".`)
  }
}

export class WebhookEventNotFoundError extends AppError {
  readonly code = 'webhook_event_not_found'

  constructor(id: string) {
    super(`There is no event "${id}". Events are kept for seven days.`)
  }
}

/** The sender of the message is not proven. */
export class WebhookRefusedError extends AppError {
  readonly code = 'webhook_refused'

  constructor(why: string) {
    super(`The message is refused: ${why}.`)
  }
}

/** The sender is proven, and its message has no event in it. */
export class WebhookUnreadableError extends AppError {
  readonly code = 'webhook_unreadable'

  constructor(why: string) {
    super(`The message cannot be read: ${why}.`)
  }
}

/** The author's handler failed, or returned what cannot be carried out. The log of events says why. */
export class WebhookHandlerFailedError extends AppError {
  readonly code = 'webhook_handler_failed'

  constructor(id: string) {
    super(
      `The handler failed for event ${id}, and the entry of the event says why. Mend the handler; then replay the event, or let its sender repeat it.`,
    )
  }
}

/** What the event said is no longer known, so it cannot be handled again. */
export class WebhookBodyGoneError extends AppError {
  readonly code = 'webhook_body_gone'

  constructor(id: string) {
    super(
      `Event ${id} cannot be replayed: its body was too large to be kept, or ERRAND_ID_SECRET has changed since it came.`,
    )
  }
}

/** The author's `identity` failed, so nothing says whether the event is one that the log has. */
export class IdentityFailedError extends AppError {
  readonly code = 'webhook_handler_failed'

  constructor(cause: unknown) {
    super('The identity of the event could not be told: its webhook\'s "identity" failed.', { cause })
  }
}
