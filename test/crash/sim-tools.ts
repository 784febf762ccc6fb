import type { JobEnding, JobEvent } from '#domain/job/event.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import type { SeededRandom } from '#test/support/random.ts'
import type { MadeCall } from './scenario.ts'
import type { SimProcess } from './sim-process.ts'
import type { Witness } from './witness.ts'

export interface ToolWorld {
  readonly clock: { now(): number }
  readonly random: SeededRandom
  sleep(ms: number): Promise<void>
  stored(): Promise<readonly JobEvent[]>
  /** A call has left: a good moment for a cancel. */
  onCall(): void
}

/** What tools do to the world: some are slow, and none heeds the signal that tells it to stop. */
export class SimTools {
  readonly #world: ToolWorld
  readonly #witness: Witness
  readonly #inFlight = new Set<string>()
  /** The process that has ended the job, and when; and whether it had to wait for tools that only read. */
  #end: { readonly processId: string; readonly at: number; readonly waitsForReads: boolean } | null = null

  constructor(world: ToolWorld, witness: Witness) {
    this.#world = world
    this.#witness = witness
  }

  async call(process: SimProcess, { key, tool, signal }: MadeCall): Promise<void> {
    const { clock, random } = this.#world
    let stoppedAt = Number.POSITIVE_INFINITY
    signal.addEventListener('abort', () => {
      stoppedAt = clock.now()
    })
    this.#witness.callLeaves(key)
    this.#witness.toolCallBegins(await this.#world.stored(), key)
    this.#inFlight.add(key)
    this.#world.onCall()
    await this.#world.sleep(random.happens(0.85) ? random.between(0, 5000) : random.between(5000, 120_000))
    // The request has left: what happens now happens even if its sender is gone.
    this.#witness.effect(key, tool)
    this.#inFlight.delete(key)
    // The process that ended the job itself had to wait for its own tools first.
    const hasEnded = this.#end?.processId === process.id && this.#end.at < clock.now()
    const isWaitedFor = tool !== 'read' || this.#end?.waitsForReads === true
    const isInTime = clock.now() < stoppedAt + DEFAULT_LIMITS.toolStopMs
    if (hasEnded && isWaitedFor && isInTime && process.isWorking)
      this.#witness.violations.push(`the effect of ${key} came after the end`)
    await this.#world.sleep(random.between(0, 1000))
  }

  /** A turn that has its answer is not held up by a tool that was given up and only reads. */
  ends(process: SimProcess, ending: JobEnding): void {
    const waitsForReads = ending.type !== 'job.completed'
    this.#end ??= { processId: process.id, at: this.#world.clock.now(), waitsForReads }
  }

  isInFlight(key: string): boolean {
    return this.#inFlight.has(key)
  }
}
