import type { Clock } from '#ports/clock.ts'

const LOOK_MS = 1000

export interface Started {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Id of the parent process at this moment. */
  readonly parent: () => number
  readonly clock: Pick<Clock, 'after'>
}

/**
 * Calls `ended` once when the shell is gone in which npm runs a script or a command of npx. npm passes its signals to
 * that shell alone, and the shell dies of them. A process that something else has started may outlive its parent, as
 * with `nohup`, so nothing is called there. Returns what ends the watch.
 */
export function whenNpmEnds({ env, parent, clock }: Started, ended: () => void): () => void {
  if (env['npm_lifecycle_event'] === undefined) return () => undefined
  const shell = parent()
  let cancel = (): void => undefined
  const look = (): void => {
    cancel = clock.after(LOOK_MS, () => {
      if (parent() === shell) look()
      else ended()
    })
  }
  look()
  return () => {
    cancel()
  }
}
