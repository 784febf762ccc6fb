import { expect, test } from 'vitest'
import { type CliWorld, type LocalApp, createProgram } from '#adapters/cli/program.ts'
import { jsonLine } from '#adapters/cli/json-text.ts'
import { table } from '#adapters/cli/text-table.ts'
import type { RunSyncCommand } from '#application/agent/run-sync.ts'
import { printFindings } from '#composition/cli/finding.ts'

// What models, tenants and senders of events wrote is shown to an operator, whose terminal it must not steer.

const ODD = 'a\u001b[2J\u009b\u202eb\nc'

const STEERING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u202a-\u202e]/

/** What a command writes over an app that has `parts` alone. */
async function written(args: readonly string[], parts: object): Promise<string> {
  let text = ''
  const write = (piece: string): void => {
    text += piece
  }
  const app = { ...parts, close: () => Promise.resolve() } as unknown as LocalApp
  const open = () => Promise.resolve(app)
  const world = { version: '0', open, openKeys: open, print: write, note: write } as unknown as CliWorld
  await createProgram(world).parseAsync(['node', 'errand', ...args])
  return text
}

test('cells of a table', () => {
  expect(table([[ODD, 'x']])).toBe('a\uFFFD[2J\uFFFD\uFFFDb c  x\n')
})

test('names of keys', async () => {
  const key = { id: '1', tenantId: 't', scopes: ['read'], name: ODD, createdAt: 0, revokedAt: null }
  const listed = await written(['keys', 'list'], { keys: { list: () => Promise.resolve([key]) } })
  expect(listed).toMatch(/a\uFFFD\[2J\uFFFD\uFFFDb c\n$/)
})

test('live text of a model', async () => {
  const execute = ({ onText }: RunSyncCommand): Promise<object> => {
    onText?.(ODD)
    return Promise.resolve({ startedAt: 0, finishedAt: 0 })
  }
  const ran = await written(['run', 'writer', '--input', '{}'], { runSync: () => Promise.resolve({ execute }) })
  expect(ran).toMatch(/^a\uFFFD\[2J\uFFFD\uFFFDb\nc\n/)
})

test('JSON, in which a program reads them as they are', async () => {
  const execute = (): Promise<object> => Promise.resolve({ startedAt: 0, finishedAt: 0, output: ODD })
  const ran = await written(['run', 'writer', '--input', '{}'], { runSync: () => Promise.resolve({ execute }) })
  expect(ran).not.toMatch(STEERING)
  expect(JSON.parse(ran)).toMatchObject({ output: ODD })
  expect(jsonLine({ [ODD]: '\u007f\u061c' })).not.toMatch(STEERING)
})

test.each([true, false])('findings, as JSON: %s', async (json) => {
  let text = ''
  const print = (piece: string): void => {
    text += piece
  }
  // eslint-disable-next-line @typescript-eslint/require-await -- nothing is waited for
  async function* found() {
    yield { topic: 'model', result: 'FAIL', text: ODD } as const
  }
  expect(await printFindings(found(), { print, json })).toBe(1)
  expect(text).not.toMatch(STEERING)
})
