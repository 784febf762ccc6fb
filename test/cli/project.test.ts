import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { MadeProject } from '#test/support/made-project.ts'
import type { PrintingProcess } from '#test/support/printing-process.ts'
import { ProjectScene, finishedJob, json } from '#test/support/project-scene.ts'

const URL_LINE = /Errand listens on (\S+)/

let scene: ProjectScene
let project: MadeProject

beforeEach(() => {
  scene = new ProjectScene()
  project = scene.project
})

afterEach(() => scene.end())

const errand = (...args: readonly string[]): PrintingProcess => scene.errand(args)

describe('errand dev', () => {
  test('restarts when code or .env changes, waits after a mistake, and keeps the data; so it does after kill -9', async () => {
    const dev = errand('dev')
    const id = await finishedJob(await dev.printed(URL_LINE))

    scene.edit('agents/slogan.ts', 'Finds a slogan', 'Invents a slogan')
    await dev.printed(/Changed: agents\/slogan\.ts\. Restarting; data is kept\./)
    const url = await dev.printed(URL_LINE)
    expect(await json(`${url}/agents`)).toMatchObject({
      agents: [{ name: 'slogan', description: expect.stringMatching(/^Invents/) as unknown }],
    })
    expect(await json(`${url}/jobs/${id}`)).toMatchObject({ status: 'completed' })

    scene.edit('agents/slogan.ts', 'instructions:', 'instruction:')
    await dev.printed(/Agent "slogan": there is no field "instruction"/)
    await dev.printed(/It starts again after the next change/)
    scene.edit('agents/slogan.ts', 'instruction:', 'instructions:')
    await dev.printed(URL_LINE)

    project.write('.env', 'OPENAI_API_KEY=sk-of-a-test\n')
    await dev.printed(/Changed: \.env\./)
    await dev.printed(/model {3}openai\//)

    dev.child.kill('SIGKILL')
    await dev.closed
    project.delete('.env')
    const again = errand('dev')
    expect(await json(`${await again.printed(URL_LINE)}/jobs/${id}`)).toMatchObject({ status: 'completed' })
    again.child.kill('SIGTERM')
    expect(await again.closed).toBe(0)
  })

  test('says which signal has killed the server', async () => {
    const dev = errand('dev')
    await dev.printed(URL_LINE)
    const pid = String(dev.child.pid)
    const [server] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')
    process.kill(Number(server), 'SIGKILL')
    await dev.printed(/The server was killed by SIGKILL\. It starts again after the next change/)
  })

  test('restarts for a new folder with code, and not for what a tool writes', async () => {
    const dev = errand('dev')
    await dev.printed(URL_LINE)
    project.write('data/report.ts', '')
    project.write('report.json', '{}')
    project.addFolder('tools')
    project.write('tools/find.ts', '')
    expect(await dev.printed(/Changed: (.*?)\. Restarting/)).toBe('tools/find.ts')
    await dev.printed(URL_LINE)
  })
})

describe('errand start', () => {
  test('reads .env, under the variables of the process', async () => {
    project.write('.env', 'ERRAND_PORT=1\nANTHROPIC_API_KEY=sk-of-a-test\n')
    const start = errand('start')
    expect(await start.printed(URL_LINE)).not.toMatch(/:1$/)
    await start.printed(/model {3}anthropic\//)
  })

  test("runs the author's own server.ts, and the other commands use its ports", async () => {
    project.write('errand.config.ts', OWN_PORTS)
    project.write('server.ts', OWN_SERVER)
    const url = await errand('start').printed(URL_LINE)
    expect(await json(`${url}/agents`)).toMatchObject({ agents: [{ description: 'from a port' }] })
    await errand('agents').printed(/slogan {2}from a port/)
    await errand('check').printed(/ok {4}agent {4}slogan/)
  })
})

const OWN_PORTS = `import { defineAgent, defineConfig } from 'errand'
export default defineConfig({
  agents: ({ text }: { text: string }) => [defineAgent({ name: 'slogan', description: text, instructions: '…' })],
})
`
const OWN_SERVER = `import { serve } from 'errand/node'
import config from './errand.config.ts'
await serve(config, { ports: () => ({ text: 'from a port' }) })
throw new Error('A command that does not serve must not come here.')
`

describe('a mistake costs one sentence', () => {
  test.each(['start', 'dev', 'agents', 'check', 'deploy'])('no config: errand %s', async (command) => {
    project.delete('errand.config.ts')
    const { closed, unread } = await ended(errand(command))
    expect(closed).toBe(1)
    expect(unread).toMatch(
      /^errand: There is no errand\.config\.ts \(or \.js, \.mjs\) in \S+my-agents\. .*--config.*\n$/,
    )
  })

  test.each([
    ['a misspelt field of an agent', "agents: [{ name: 'x' }]", /entry 1 was not made with defineAgent/],
    ['a misspelt field of the config', 'agent: []', /The config: there is no field "agent"/],
  ])('%s, in a .js config', async (_case, fields, said) => {
    project.delete('errand.config.ts')
    project.write('errand.config.js', `export default { ${fields} }\n`)
    expect((await ended(errand('start'))).unread).toMatch(said)
    const check = await ended(errand('check'))
    expect([check.closed, check.unread]).toEqual([1, expect.stringMatching(said)])
  })

  test('no default export', async () => {
    project.write('errand.config.ts', 'export const config = 1\n')
    expect((await ended(errand('start'))).unread).toMatch(/^errand: errand\.config\.ts has no default export: write/)
  })
})

async function ended(process: PrintingProcess): Promise<{ closed: number | null; unread: string }> {
  return { closed: await process.closed, unread: process.unread }
}
