import { deepStrictEqual, ok } from 'node:assert/strict'
import type { ContractCase } from '#test/contracts/contract.ts'
import { type CrashSubject, crashRun } from './crash-run.ts'
import { SCENARIOS, type Scenario } from './scenario.ts'

type OpenSubject = () => Promise<CrashSubject>

/** For every scenario: let the process die at every single point, alone and together with a second death soon after. */
export const crashMatrix: readonly ContractCase<OpenSubject>[] = SCENARIOS.map((scenario) => ({
  name: scenario.name,
  async run(open) {
    const { points } = await check(scenario, open, [])
    ok(points >= 4)
    for (let point = 1; point <= points; point++) {
      await check(scenario, open, [point])
      for (const later of [1, 2, 3, 4, 5]) await check(scenario, open, [point, point + later])
    }
  },
}))

async function check(
  scenario: Scenario,
  open: OpenSubject,
  deaths: readonly number[],
): Promise<{ readonly points: number }> {
  const { violations, job, points } = await crashRun(scenario, await open(), deaths)
  const expected = scenario.cancelAfter === undefined ? 'completed' : 'canceled'
  deepStrictEqual({ deaths, violations, status: job.status }, { deaths, violations: [], status: expected })
  return { points }
}
