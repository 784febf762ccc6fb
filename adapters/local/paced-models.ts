import { ModelError } from '#domain/model/errors.ts'
import { ProviderPace } from '#domain/model/pace.ts'
import type { Clock } from '#ports/clock.ts'
import type { ModelCallOptions, ModelReply, ModelRequest, Models } from '#ports/model.ts'

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

  async inTurn<T>(model: string, signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    const queue = this.#queueOf(model)
    await queue.turn(signal)
    return queue.run(call)
  }

  #queueOf(model: string): ProviderQueue {
    const [provider = ''] = model.split('/', 1)
    const queue = this.#queues.get(provider) ?? new ProviderQueue(this.#clock, this.#limits[provider] ?? Infinity)
    this.#queues.set(provider, queue)
    return queue
  }
}

/** The calls of one provider, first come first served. */
class ProviderQueue {
  readonly #clock: Clock
  readonly #pace: ProviderPace
  readonly #waiting = new Set<() => void>()
  #cancelAlarm: (() => void) | null = null

  constructor(clock: Clock, most: number) {
    this.#clock = clock
    this.#pace = new ProviderPace(most)
  }

  /** Resolves when a call may begin, which it must then. @throws what has aborted the signal. */
  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#waiting.size === 0 && this.#pace.mayBegin(this.#clock.now())) {
      this.#pace.begin()
      return
    }
    const begun = Promise.withResolvers<undefined>()
    const begin = (): void => {
      signal.removeEventListener('abort', leave)
      begun.resolve(undefined)
    }
    const leave = (): void => {
      this.#waiting.delete(begin)
      begun.reject(signal.reason as Error)
    }
    signal.addEventListener('abort', leave, { once: true })
    this.#waiting.add(begin)
    this.#goOn()
    await begun.promise
  }

  async run<T>(call: () => Promise<T>): Promise<T> {
    const begunAt = this.#clock.now()
    try {
      const reply = await call()
      this.#pace.ended({ answered: true })
      return reply
    } catch (error) {
      if (error instanceof ModelError && error.isCrowded) {
        const restMs = error.retryAfterMs && Math.min(error.retryAfterMs, LONGEST_REST_MS)
        this.#pace.refused({ begunAt, now: this.#clock.now(), restMs })
      } else this.#pace.ended({ answered: false })
      throw error
    } finally {
      this.#goOn()
    }
  }

  #goOn(): void {
    const now = this.#clock.now()
    for (const begin of this.#waiting) {
      if (!this.#pace.mayBegin(now)) break
      this.#waiting.delete(begin)
      this.#pace.begin()
      begin()
    }
    const restMs = this.#pace.closedUntil - now
    if (this.#waiting.size === 0 || restMs <= 0 || this.#cancelAlarm) return
    this.#cancelAlarm = this.#clock.after(restMs, () => {
      this.#cancelAlarm = null
      this.#goOn()
    })
  }
}
