import type { HttpServerSubject } from '#test/contracts/http-server.contract.ts'
import { runtimeSuites } from './machine-suites.ts'

/** What a run has come to, as the last line that it prints. */
export interface Outcome {
  readonly passed: readonly string[]
  readonly failed: Readonly<Record<string, string>>
}

/** Runs all suites in this runtime, without a test runner. */
export async function runSuites(server: HttpServerSubject): Promise<void> {
  const passed: string[] = []
  const failed: Record<string, string> = {}
  const ends: (() => Promise<void> | void)[] = []
  for (const { name, cases } of runtimeSuites(server, (end) => ends.push(end))) {
    for (const { name: what, run } of cases) {
      try {
        await run()
        passed.push(`${name}: ${what}`)
      } catch (error) {
        failed[`${name}: ${what}`] = error instanceof Error ? (error.stack ?? error.message) : String(error)
      }
    }
  }
  for (const end of ends) await end()
  process.stdout.write(`${JSON.stringify({ passed, failed } satisfies Outcome)}\n`)
  process.exit(0)
}
