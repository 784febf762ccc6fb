import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addOpenCommand } from '#adapters/cli/open.ts'
import { BATCH } from '#domain/batch/batch.ts'
import { OPERATION } from '#domain/operation/operation.ts'

async function open(args: readonly string[], isTerminal = true) {
  const printed: string[] = []
  const opened: string[] = []
  const program = new Command()
  addOpenCommand(program, {
    server: () => ({ serverUrl: 'https://example.com/errand/' }),
    print: (text) => printed.push(text),
    browse: isTerminal ? (url) => opened.push(url) : null,
  })
  await program.parseAsync(['open', ...args], { from: 'user' })
  return { printed: printed.join(''), opened }
}

test('prints the address of the console and opens it', async () => {
  const url = 'https://example.com/errand/console'
  expect(await open([])).toEqual({ printed: `${url}\n`, opened: [url] })
})

test.each([
  ['job_01', '/jobs/job_01'],
  [`${BATCH.prefix}_01`, '/batches/bat_01'],
  [`${OPERATION.prefix}_01`, '/operations/op_01'],
  ['prop_01', '/proposals/prop_01'],
])('leads to the page of %s', async (id, path) => {
  expect((await open([id])).printed).toBe(`https://example.com/errand/console${path}\n`)
})

test('opens nothing where that is not wanted, or no person sees it', async () => {
  expect((await open(['--print'])).opened).toEqual([])
  expect((await open([], false)).opened).toEqual([])
})

test('knows an id by its beginning', async () => {
  await expect(open(['x'])).rejects.toThrow('"x" is no id of a job, a batch, an operation or a proposal.')
})
