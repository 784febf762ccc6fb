import { deepStrictEqual, ok } from 'node:assert/strict'
import { sumsOf } from '#domain/money/spending.ts'
import { NO_SUMS, type UsageSums, usageOfEnded } from '#ports/usage-ledger.ts'
import type { ContractCase } from '#test/contracts/contract.ts'
import { type CrashSubject, crashRun } from './crash-run.ts'
import { SCENARIOS, type Scenario } from './scenario.ts'

type OpenSubject = () => Promise<CrashSubject>

/** For every scenario: let the process die at every single point, alone and together with a second death soon after. */
export const crashMatrix = matrix(() => [1, 2, 3, 4, 5])

/**
 * The same with one second death for each point, a third of the runs: for storages where a commit is slow. What a second
 * death does is the engine's matter, and the same on each storage; the first one is at every point here too.
 */
export const shortCrashMatrix = matrix((point) => [(point % 5) + 1])

/** @param laterThan how many points after the first death the second ones are. */
function matrix(laterThan: (point: number) => readonly number[]): readonly ContractCase<OpenSubject>[] {
  return SCENARIOS.map((scenario) => ({
    name: scenario.name,
    async run(open) {
      const { points } = await check(scenario, open, [])
      ok(points >= 4)
      for (let point = 1; point <= points; point++) {
        await check(scenario, open, [point])
        for (const later of laterThan(point)) await check(scenario, open, [point, point + later])
      }
    },
  }))
}

async function check(
  scenario: Scenario,
  open: OpenSubject,
  deaths: readonly number[],
): Promise<{ readonly points: number }> {
  const subject = await open()
  const before = await countedBy(subject)
  const { violations, job, points } = await crashRun(scenario, subject, deaths)
  const expected = scenario.cancelAfter === undefined ? 'completed' : 'canceled'
  deepStrictEqual({ deaths, violations, status: job.status }, { deaths, violations: [], status: expected })
  if (subject.ledger)
    deepStrictEqual(
      await countedBy(subject),
      sumsOf(NO_SUMS, [before, ...usageOfEnded(job)]),
      `counted, ${String(deaths)}`,
    )
  return { points }
}

/** All that the ledger has. */
async function countedBy({ ledger }: CrashSubject): Promise<UsageSums> {
  const found = await ledger?.read({ tenantId: 'acme', from: 0, to: Number.MAX_SAFE_INTEGER })
  return sumsOf<UsageSums>(NO_SUMS, found?.days ?? [])
}
