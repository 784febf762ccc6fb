import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { ProjectScene } from '#test/support/project-scene.ts'

let scene: ProjectScene
afterEach(() => scene.end())

/** What the doctor says of the topics that only it looks at. */
async function doctor(env: string): Promise<{ readonly code: number | null; readonly lines: readonly string[] }> {
  scene.project.write('.env', env)
  const run = scene.errand(['doctor'])
  const code = await run.closed
  return { code, lines: run.unread.split('\n').filter((line) => /^\S+ +(?:data|model|callback|server) /.test(line)) }
}

/** A provider that knows one key. */
async function provider(): Promise<string> {
  const server = createServer((request, response) => {
    const isKnown = request.headers.authorization === 'Bearer sk-right'
    response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' })
    const message = { role: 'assistant', content: 'ok' }
    const usage = { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 }
    const answer = {
      id: '1',
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      usage,
    }
    response.end(JSON.stringify(isKnown ? answer : { error: { message: 'No such key.' } }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
  })
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1`
}

const settings = (url: string, key: string): string =>
  [
    'ERRAND_MODEL=openai-compatible/small',
    `OPENAI_COMPATIBLE_BASE_URL=${url}`,
    `OPENAI_COMPATIBLE_API_KEY=${key}`,
  ].join('\n')

test('errand doctor tries the database, the model with one call, and the server with its key', async () => {
  scene = new ProjectScene()
  const url = await scene.errand(['start']).printed(/Errand listens on (\S+)/)
  const secret = `ERRAND_CALLBACK_SECRETS=whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const env = `${settings(await provider(), 'sk-right')}\nERRAND_URL=${url}\n${secret}\n`
  expect(await doctor(env)).toMatchObject({
    lines: [
      'ok    data     SQLite in ./data',
      expect.stringMatching(/^ok {4}model {4}openai-compatible\/small: answered after \d+ ms$/),
      'ok    callback one came back to this process, and its signature holds',
      `ok    server   ${url} is ready`,
      'ok    server   needs no API key here',
    ],
  })
  const other = await doctor(`${env}ERRAND_API_KEY=errand_x\n`)
  expect(other).toMatchObject({
    code: 1,
    lines: { 4: expect.stringMatching(/^FAIL {2}server .*API key is not known/) as unknown },
  })
})

test('errand doctor says what is wrong with a key, and that nothing runs yet', async () => {
  scene = new ProjectScene()
  const { code, lines } = await doctor(`${settings(await provider(), 'sk-wrong')}\nERRAND_URL=http://127.0.0.1:9\n`)
  expect(lines).toEqual([
    'note  data     SQLite in ./data: not there yet; the first start makes it',
    expect.stringMatching(/^FAIL {2}model {4}openai-compatible\/small: .*No such key/),
    'note  callback ERRAND_CALLBACK_SECRETS is not set, so no job can call back',
    expect.stringMatching(/^note {2}server {3}none answers at http:\/\/127\.0\.0\.1:9; "errand dev" starts one/),
  ])
  expect(lines.join()).not.toContain('sk-wrong')
  expect(code).toBe(1)
  const run = scene.errand(['doctor', '--json'])
  expect(await run.closed).toBe(1)
  const findings = run.unread.split('\n').filter((line) => line.startsWith('{'))
  expect(findings.map((line) => JSON.parse(line) as unknown)).toContainEqual({
    topic: 'model',
    result: 'FAIL',
    text: expect.stringContaining('No such key') as unknown,
  })
})

test('errand doctor goes on to the end for a project with a server.ts of its own', async () => {
  scene = new ProjectScene()
  const server = "import { serve } from 'errand/node'\nimport config from './errand.config.ts'\nawait serve(config)\n"
  scene.project.write('server.ts', server)
  const { lines } = await doctor('ERRAND_URL=http://127.0.0.1:9\n')
  expect(lines).toEqual([
    expect.stringMatching(/^note {2}data /),
    expect.stringMatching(/^note {2}model {4}scripted\/demo: plays/),
    expect.stringMatching(/^note {2}callback /),
    expect.stringMatching(/^note {2}server {3}none answers/),
  ])
})
