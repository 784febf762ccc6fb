import type { Reporter, SerializedError, TestModule } from 'vitest/node'

/** Ends the run with the plain line `N passed, N failed[, N skipped]`, which any CI can read. */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      counts.failed += module.errors().length // A file that did not load.
      for (const test of module.children.allTests()) counts[test.result().state]++
    }
    const skipped = counts.skipped + counts.pending
    process.stdout.write(
      `\n${String(counts.passed)} passed, ${String(counts.failed)} failed${skipped > 0 ? `, ${String(skipped)} skipped` : ''}\n`,
    )
  }
}

// Vitest loads a reporter by its default export.
export default ClosingLine
