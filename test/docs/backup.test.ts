import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, mkdirSync, renameSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Agent, defineAgent, defineConfig, defineTool } from 'errand'
import { type NodeApp, createNodeApp } from 'errand/node'
import { afterAll, expect, test } from 'vitest'
import * as z from 'zod'
import { eventually } from '#test/support/eventually.ts'
import { blocksIn } from './blocks.ts'

const PAGE = 'docs/guides/backup.md'
const parent = mkdtempSync(join(tmpdir(), 'errand-backup-'))
const CONNECTION = { incoming: { socket: { remoteAddress: '127.0.0.1' } } }

afterAll(() => {
  rmSync(parent, { recursive: true })
})

/** What the world has seen, by the name of the agent whose tool did it. */
const effects: string[] = []
const held = Promise.withResolvers<undefined>()
const begun = { once: Promise.withResolvers<undefined>(), read: Promise.withResolvers<undefined>() }

function agentWith(name: string, effect: 'once' | 'read', hold: 'once' | 'read' | null): Agent {
  const act = defineTool({
    name: 'act',
    description: 'Acts.',
    effect,
    input: z.object({}),
    async run() {
      effects.push(name)
      if (hold) begun[hold].resolve(undefined)
      if (hold && effects.filter((each) => each === name).length === 1) await held.promise
      return 'acted'
    },
  })
  return defineAgent({ name, instructions: 'Act once.', tools: [act] })
}

const config = defineConfig({
  agents: [agentWith('done', 'once', null), agentWith('cut-off', 'once', 'once'), agentWith('reader', 'read', 'read')],
})

const openOn = (dataDir: string): Promise<NodeApp> =>
  createNodeApp(config, { env: { ERRAND_DATA_DIR: dataDir, ERRAND_OPEN: 'local-development' } })

async function ask(app: NodeApp, path: string, body?: object): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' }
  const init = body && { method: 'POST', headers, body: JSON.stringify(body) }
  return (await (await app.fetch(new Request(`http://localhost${path}`, init), CONNECTION)).json()) as Record<
    string,
    unknown
  >
}

async function backUp(dataDir: string, copy: string): Promise<void> {
  const page = readFileSync(join(import.meta.dirname, '../..', PAGE), 'utf8')
  const script = blocksIn(PAGE, page).find(({ file }) => file === 'backup.ts')?.code ?? ''
  writeFileSync(join(parent, 'backup.ts'), script)
  const child = spawn(process.execPath, [join(parent, 'backup.ts'), dataDir, copy], { stdio: 'inherit' })
  expect(await once(child, 'exit')).toEqual([0, null])
}

test('a backup of a working server restores to a server that goes on, and does nothing twice', async () => {
  const [first, second, copy] = [join(parent, 'data'), join(parent, 'restored'), join(parent, 'copy.db')]
  const app = await openOn(first)
  await app.start()
  const submit = async (agent: string) => String((await ask(app, '/jobs', { agent, input: 'go' }))['id'])
  const done = await submit('done')
  expect(await ask(app, `/jobs/${done}?wait=60`)).toMatchObject({ status: 'completed' })
  const cutOff = await submit('cut-off')
  const reader = await submit('reader')
  await Promise.all([begun.once.promise, begun.read.promise])

  await backUp(first, copy)
  held.resolve(undefined)
  await app.close()
  mkdirSync(second)
  renameSync(copy, join(second, 'errand.db'))

  const restored = await openOn(second)
  await restored.start()
  expect(await ask(restored, `/jobs/${done}`)).toMatchObject({ status: 'completed' })
  expect(await ask(restored, `/jobs/${reader}?wait=60`)).toMatchObject({ status: 'completed' })
  await eventually(async () => {
    const waiting = { reason: 'outcome_unknown', calls: [{ name: 'act' }] }
    expect(await ask(restored, `/jobs/${cutOff}`)).toMatchObject({ status: 'waiting', waiting })
  })
  expect(effects.toSorted()).toEqual(['cut-off', 'done', 'reader', 'reader'])
  await restored.close()
})
