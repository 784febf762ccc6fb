import type { Outcome } from './batch-file.ts'
import { type Call, callKey } from './calls.ts'

/** A batch of a file, as its results and the model show it. */
export interface BatchRun {
  readonly lines: number
  /** Most jobs of the batch at once. */
  readonly window: number
  /** How each item must have ended. */
  readonly end: 'completed' | 'skipped' | 'canceled'
  readonly outcome: Outcome
  readonly calls: readonly Call[]
  /** When a server was killed (epoch ms). */
  readonly deaths: readonly number[]
}

/** What a run has broken of what a batch promises, in sentences. */
export function brokenPromises({ lines, window, end, outcome, calls, deaths }: BatchRun): readonly string[] {
  const broken: string[] = []
  const demand = (isKept: boolean, sentence: string): void => {
    if (!isKept) broken.push(sentence)
  }
  const { items, keys, jobs, byStatus, isInOrder } = outcome
  demand(items === lines, `${String(lines)} lines are ${String(items)} items.`)
  demand(keys === lines, `${String(lines)} lines have ${String(keys)} different keys.`)
  demand(isInOrder, 'Results are not in the order of the lines.')
  demand(byStatus[end] === lines, `Not every item is ${end}: ${JSON.stringify(byStatus)}.`)
  const [needed, called] = [end === 'completed' ? lines : 0, Map.groupBy(calls, callKey)]
  if (end !== 'canceled') demand(jobs === lines, `${String(lines)} lines have ${String(jobs)} jobs.`)
  demand(called.size === needed, `${String(called.size)} different calls were made for ${String(needed)} items.`)
  const again = [...called.values()].filter(({ length }) => length > 1)
  const mostAgain = window * deaths.length
  demand(again.length <= mostAgain, `${String(again.length)} calls were made again, and ${String(mostAgain)} may be.`)
  const causeless = again.filter((same) => !isBetween(deaths, same))
  demand(causeless.length === 0, `${String(causeless.length)} calls were made again, and no server had died meanwhile.`)
  return broken
}

/** Whether a server died between each call and the next of its kind. */
function isBetween(deaths: readonly number[], calls: readonly Call[]): boolean {
  return calls.slice(1).every(({ at }, index) => {
    const before = calls[index]?.at ?? at
    return deaths.some((death) => before <= death && death <= at)
  })
}

/** The most that `memoryMib` says while `work` goes on, above what it says before. */
export async function growthDuring<T>(
  memoryMib: () => number,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly growthMib: number }> {
  const before = memoryMib()
  let most = before
  const sampling = setInterval(() => {
    most = Math.max(most, memoryMib())
  }, 500)
  try {
    const value = await work()
    return { value, growthMib: Math.round(most - before) }
  } finally {
    clearInterval(sampling)
  }
}
