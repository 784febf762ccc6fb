import { AppError } from '../app-error.ts'

/** The clock of this server differs too much from the clock of the storage that it shares with others. */
export class ClockSkewError extends AppError {
  readonly code = 'clock_skew'
  override readonly retryable = true
  readonly retryAfterMs = 5000

  /** `skewMs` is positive where this server is ahead. */
  constructor(skewMs: number, largestMs: number) {
    super(
      `The clock of this server is ${secondsOf(skewMs)} s ${skewMs > 0 ? 'ahead of' : 'behind'} the database's, and at most ${secondsOf(largestMs)} s are allowed.`,
      {
        hint: 'Synchronise the clocks of this machine and of the database, for example with chrony or systemd-timesyncd.',
      },
    )
  }
}

function secondsOf(ms: number): string {
  return String(Math.round(Math.abs(ms) / 100) / 10)
}

/** The process is stopping: it finishes its work and accepts no more. */
export class StoppingError extends AppError {
  readonly code = 'stopping'
  override readonly retryable = true
  readonly retryAfterMs = 5000

  constructor() {
    super('This server is stopping. Ask another one, or this one when it is back.')
  }
}
