import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Command } from 'commander'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addJobCommands } from '#adapters/cli/jobs/commands.ts'
import { paintFor } from '#adapters/cli/paint.ts'
import { addScheduleCommands } from '#adapters/cli/schedules.ts'
import { CliError } from '#adapters/cli/server-call.ts'

let answer: { readonly status: number; readonly body: string }
let serverUrl: string
const server = createServer((_request, response) => {
  response.writeHead(answer.status, { 'content-type': 'text/html' }).end(answer.body)
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  serverUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
})
afterAll(() => {
  server.close()
})

/** What a command says where it fails. */
async function said(line: string): Promise<string> {
  const program = new Command('errand').exitOverride()
  const ignore = (): void => undefined
  const world = {
    ...{ server: () => ({ serverUrl, apiKey: null }), print: ignore, note: ignore, exit: ignore, isTerminal: false },
    ...{ paint: paintFor(false), signal: new AbortController().signal },
  }
  addJobCommands(program, world)
  addScheduleCommands(program, world)
  const error: unknown = await program
    .parseAsync(['node', 'errand', ...line.split(' ')])
    .catch((cause: unknown) => cause)
  if (!(error instanceof CliError)) throw new Error(`"${line}" went well, or has no words.`, { cause: error })
  return error.message
}

const COMMANDS = [
  'list',
  'usage',
  'usage --tag x',
  'submit a --input 1',
  'watch job_1',
  'approve job_1',
  'schedules list',
]

test.each([
  [200, '<!doctype html><html>'],
  [404, '{"message":"Not Found"}'],
  [200, '{"status":"ok"}'],
])('a %i with %s is not of Errand, and ERRAND_URL says where that is', async (status, body) => {
  answer = { status, body }
  for (const command of COMMANDS) {
    const words = `The server answered ${String(status)}, and not as Errand does. Is Errand at ${serverUrl}?`
    expect(await said(command)).toBe(`${words} Set ERRAND_URL to where it is.`)
  }
})

test('an answer that lacks a field may be of an older release', async () => {
  answer = { status: 200, body: JSON.stringify({ total: { jobs: 1 }, days: [] }) }
  expect(await said('usage')).toMatch(
    /^The answer of http:\/\/127\S+ lacks what this command shows of it \(.*\)\. It may be of an older release: update it,/,
  )
})
