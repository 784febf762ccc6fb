import type { Reporter, SerializedError, TestModule, TestRunEndReason } from 'vitest/node'

/**
 * Ends the run with the plain line `N passed, N failed[, N skipped]`, which any CI can read, and holds the exit code
 * to it: a run that failed, or in which nothing passed, never ends with 0, whatever else in this process exits.
 */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[], reason: TestRunEndReason): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      counts.failed += module.errors().length // A file that did not load.
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length // A hook that threw.
      for (const test of module.children.allTests()) counts[test.result().state]++
    }
    const skipped = counts.skipped + counts.pending
    process.stdout.write(
      `\n${String(counts.passed)} passed, ${String(counts.failed)} failed${skipped > 0 ? `, ${String(skipped)} skipped` : ''}\n`,
    )
    if (reason !== 'passed' || counts.failed > 0 || counts.passed === 0) endWithFailure()
  }
}

function endWithFailure(): void {
  process.exitCode = 1
  // `process.exit(0)` sets the code again before it calls this.
  process.on('exit', (code) => {
    if (code === 0) process.exitCode = 1
  })
}

// Vitest loads a reporter by its default export.
export default ClosingLine
