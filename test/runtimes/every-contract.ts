import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { listen, peerAddress } from '#adapters/node/http/http-server.ts'
import { NODE_LIKE } from '#test/support/node-like.ts'
import { runtimeSuites } from './machine-suites.ts'
import type { Outcome } from './run-suites.ts'

const run = promisify(execFile)

/** What a suite is and how many cases it has does not depend on the runtime, so this Node can say what must have been run. */
const EVERYTHING = runtimeSuites({ listen, peerAddress }, () => undefined).flatMap(({ name, cases }) =>
  cases.map((one) => `${name}: ${one.name}`),
)

/** Each runtime has a test file of its own, so that they run side by side. */
export function testEveryContract(runtime: 'deno' | 'bun'): void {
  test(`${runtime} passes every contract`, async () => {
    const [command, ...args] = NODE_LIKE[runtime]
    const { stdout } = await run(command, [...args, `test/runtimes/${runtime}.ts`], { maxBuffer: 2 ** 26 })
    const { passed, failed } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Outcome
    expect(failed).toEqual({})
    expect(passed).toEqual(EVERYTHING)
  })
}
