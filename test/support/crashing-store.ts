import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import type { JobEvent } from '#domain/job/event.ts'
import type { JobState } from '#domain/job/replay.ts'

/** Thrown by a store whose process has "died": nothing reaches it any more. */
export class Crash extends Error {}

/** A memory store that dies at a chosen commit: just before it is written, or just after. */
export class CrashingStore extends MemoryJobStore {
  commits = 0
  #lastEvent: string | null = null
  #crash: { readonly commit: number; readonly when: 'before' | 'after' } | null = null
  #dead = false

  crashAt(commit: number, when: 'before' | 'after'): void {
    this.#crash = { commit, when }
  }

  /** Dies right after storing an event of this type. */
  dieAfter(type: string): void {
    this.#lastEvent = type
  }

  /** The process starts again over what was stored. */
  restart(): void {
    this.#crash = null
    this.#lastEvent = null
    this.#dead = false
  }

  override async save(state: JobState, events: readonly JobEvent[]): Promise<void> {
    const commit = ++this.commits
    if (this.#dead || (this.#crash?.commit === commit && this.#crash.when === 'before')) this.#die()
    await super.save(state, events)
    if (this.#crash?.commit === commit || events.at(-1)?.type === this.#lastEvent) this.#die()
  }

  #die(): never {
    this.#dead = true
    throw new Crash()
  }
}
