import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Agent } from '#domain/agent/agent.ts'
import type { Tool } from '#domain/agent/tool.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { PlantedProject } from './planted-project.ts'

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/writes.md'), 'utf8')
const BLOCKS = [...PAGE.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = '']) => code)

const project = new PlantedProject({
  ...Object.fromEntries(BLOCKS.map((code, index) => [`block-${String(index)}.ts`, code])),
  // A package of its own, so that `errand` is the one in node_modules.
  'package.json': '{"name":"reader","type":"module"}',
})

afterAll(() => {
  project.remove()
})

async function blockAt(index: number): Promise<Readonly<Record<string, unknown>>> {
  const file = join(project.dir, `block-${String(index)}.ts`)
  // eslint-disable-next-line no-restricted-syntax -- a reader's file, which is written by this test
  return (await import(/* @vite-ignore */ file)) as Readonly<Record<string, unknown>>
}

test('the write of docs/writes.md proposes, and refuses what drops a number', async () => {
  const { writer } = (await blockAt(0)) as { writer: Agent & { tools: readonly Tool[] } }
  const { submit, executor, job } = execution(writer)
  const id = await submit()
  const ask = (callId: string, text: string) =>
    asks({ id: callId, name: 'update_description', input: { handle: 'linen-apron', text } })
  const model = new ListedModel(
    ask('a', 'An apron of linen, long enough.'),
    ask('b', 'An apron of washed linen, 90 cm long.'),
    answer('Done.'),
  )
  await executor(model).execute(id, NEVER)
  expect((await job(id)).writes).toMatchObject([{ callId: 'b', status: 'proposed', before: 'APRON!! Linen. 90 cm.' }])
  expect(model.requests[1]?.messages.at(-1)).toMatchObject({ results: [{ isError: true }] })
})

test('the client of docs/writes.md can be loaded', async () => {
  expect(await blockAt(1)).toHaveProperty('approveAll')
})
