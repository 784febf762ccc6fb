import { CanceledError } from '#domain/job/errors.ts'
import { ModelError } from '#domain/model/errors.ts'
import { ProviderPace } from '#domain/model/pace.ts'
import type { Clock } from '#ports/clock.ts'
import type { CallTurn, ModelCallOptions, ModelReply, ModelRequest, Models } from '#ports/model.ts'
import { WaitingCalls } from './waiting-calls.ts'

/** Longer rests are left to the jobs, which give their places to others meanwhile. */
const LONGEST_REST_MS = 60_000

/** Most calls at once, by provider; none is named that has no limit. */
export type ProviderLimits = Readonly<Record<string, number>>

/**
 * Models whose providers are asked for no more than they take: calls wait for their turn in this process. Each process
 * finds the pace by itself, so several servers need not agree on one.
 */
export class PacedModels implements Models {
  readonly #models: Models
  readonly #clock: Clock
  readonly #limits: ProviderLimits
  readonly #queues = new Map<string, ProviderQueue>()

  constructor(models: Models, { clock, limits }: { readonly clock: Clock; readonly limits: ProviderLimits }) {
    this.#models = models
    this.#clock = clock
    this.#limits = limits
  }

  check(model: string): void {
    this.#models.check(model)
  }

  async unsupported(request: ModelRequest): Promise<readonly string[]> {
    return (await this.#models.unsupported?.(request)) ?? []
  }

  call(request: ModelRequest, options: ModelCallOptions): Promise<ModelReply> {
    return this.#models.call(request, options)
  }

  async inTurn<T>(turn: CallTurn, call: () => Promise<T>): Promise<T> {
    const queue = this.#queueOf(turn.model)
    await queue.turn(turn)
    return queue.run(turn.tenantId, call)
  }

  #queueOf(model: string): ProviderQueue {
    const [provider = ''] = model.split('/', 1)
    const queue = this.#queues.get(provider) ?? new ProviderQueue(this.#clock, this.#limits[provider] ?? Infinity)
    this.#queues.set(provider, queue)
    return queue
  }
}

/** The calls of one provider. Durations are of this process, so the clock is the monotonic one. */
class ProviderQueue {
  readonly #clock: Clock
  readonly #pace: ProviderPace
  readonly #waiting = new WaitingCalls()
  #cancelAlarm: (() => void) | null = null

  constructor(clock: Clock, most: number) {
    this.#clock = clock
    this.#pace = new ProviderPace(most)
  }

  /** Resolves when a call may begin, which it must then. @throws {CanceledError} when the signal aborts first. */
  async turn({ tenantId, isItem, signal }: CallTurn): Promise<void> {
    if (signal.aborted) throw new CanceledError(signal.reason)
    if (this.#waiting.isEmpty && this.#pace.mayBegin(this.#clock.monotonic())) {
      this.#begin(tenantId)
      return
    }
    const begun = Promise.withResolvers<undefined>()
    const begin = (): void => {
      signal.removeEventListener('abort', leave)
      begun.resolve(undefined)
    }
    const waiting = { tenantId, isItem, begin }
    const leave = (): void => {
      this.#waiting.delete(waiting)
      begun.reject(new CanceledError(signal.reason))
    }
    signal.addEventListener('abort', leave, { once: true })
    this.#waiting.add(waiting)
    this.#goOn()
    await begun.promise
  }

  async run<T>(tenantId: string, call: () => Promise<T>): Promise<T> {
    const begunAt = this.#clock.monotonic()
    try {
      const reply = await call()
      this.#pace.ended({ answered: true })
      return reply
    } catch (error) {
      if (error instanceof ModelError && error.isCrowded) {
        const restMs = error.retryAfterMs && Math.min(error.retryAfterMs, LONGEST_REST_MS)
        this.#pace.refused({ begunAt, now: this.#clock.monotonic(), restMs })
      } else this.#pace.ended({ answered: false })
      throw error
    } finally {
      this.#waiting.ended(tenantId)
      this.#goOn()
    }
  }

  #begin(tenantId: string): void {
    this.#pace.begin()
    this.#waiting.begun(tenantId)
  }

  #goOn(): void {
    const now = this.#clock.monotonic()
    for (let next = this.#waiting.next(); next && this.#pace.mayBegin(now); next = this.#waiting.next()) {
      this.#waiting.delete(next)
      this.#begin(next.tenantId)
      next.begin()
    }
    const restMs = this.#pace.closedUntil - now
    if (this.#waiting.isEmpty || restMs <= 0 || this.#cancelAlarm) return
    this.#cancelAlarm = this.#clock.after(restMs, () => {
      this.#cancelAlarm = null
      this.#goOn()
    })
  }
}
