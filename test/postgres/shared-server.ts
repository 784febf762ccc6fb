import type { TestProject } from 'vitest/node'
import { PostgresServer } from '#test/support/postgres-server.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of a Postgres that all tests of this folder share; each file makes databases of its own. */
    postgresUrl: string
  }
}

/** Vitest calls it by its name before the first file, and what it returns after the last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await PostgresServer.start()
  project.provide('postgresUrl', server.url())
  return () => server.stop()
}
