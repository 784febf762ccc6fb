import type { Wake } from '#domain/wake.ts'
import type { Waker, Woken } from '#ports/waker.ts'
import type { Workers } from './workers.ts'

/** Wakes that are in their row already: it notifies the workers, here and on the other servers. */
export class AnnouncedWakes implements Waker {
  readonly #workers: Pick<Workers, 'announce'>

  constructor(workers: Pick<Workers, 'announce'>) {
    this.#workers = workers
  }

  wakeAt(woken: Woken, wake: Wake | null): Promise<void> {
    if (wake) this.#workers.announce([{ ...wake, id: woken.id, tenantId: woken.tenantId, agent: woken.agent }])
    return Promise.resolve()
  }
}
