import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addOpenCommand } from '#adapters/cli/open.ts'

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
  ['batch_01', '/batches/batch_01'],
  ['op_01', '/operations/op_01'],
])('leads to the page of %s', async (id, path) => {
  expect((await open([id])).printed).toBe(`https://example.com/errand/console${path}\n`)
})

test('opens nothing where that is not wanted, or no person sees it', async () => {
  expect((await open(['--print'])).opened).toEqual([])
  expect((await open([], false)).opened).toEqual([])
})

test('knows an id by its beginning', async () => {
  await expect(open(['x'])).rejects.toThrow('"x" is no id of a job, a batch or an operation.')
})
