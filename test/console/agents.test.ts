import * as z from 'zod'
import { describe, expect, test } from 'vitest'
import { fieldsOf, inputOf } from '#adapters/console/pages/agents/fields.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import type { Scope } from '#domain/tenant/principal.ts'
import { ListedModel } from '#test/support/script.ts'
import { counter } from '#test/support/tools.ts'
import { consoleScene } from './console-scene.ts'
import { HOSTILE, expectHarmless } from './hostile.ts'

const input = z.object({
  product: z.string().min(2),
  language: z.enum(['sv', 'en']),
  words: z.int().optional(),
  tags: z.array(z.string()).optional(),
  options: z.object({ formal: z.boolean() }).optional(),
})
const writer = defineAgent({
  name: 'writer',
  description: HOSTILE,
  instructions: `Write. ${HOSTILE}`,
  input,
  temperature: 0.2,
  tools: [counter('send', { effect: 'once', approval: true }).tool],
})
const free = defineAgent({ name: 'free', version: '1', instructions: () => 'Write.' })

const scene = () => consoleScene([writer, free], new ListedModel())

test('an agent shows its definition; what the author tells the model only to keys with the scope admin', async () => {
  const { browser, signedIn } = scene()
  expectHarmless((await browser().get('/console/agents')).html)
  const { html } = await browser().get('/console/agents/writer')
  for (const said of ['Write. ', 'temperature', '<code>send</code>', 'each call']) expect(html).toContain(said)
  expectHarmless(html)
  const reader = (await (await signedIn('acme', ['read'])).get('/console/agents/writer')).html
  expect(reader).not.toContain('Write. ')
  expect(reader).not.toContain('Run as a job')
})

test('a form made from the input schema submits a job, and leads to it', async () => {
  const { app, browser } = scene()
  const fields = { 'field.product': HOSTILE, 'field.language': 'sv', 'field.words': '12', 'field.tags': 'a\r\nb' }
  const sent = await browser().post('/console/agents/writer/try', {
    as: 'form',
    ...fields,
    'field.options': '{"formal":true}',
  })
  const id = /^\/console\/jobs\/(job_\w+)$/.exec(sent.to ?? '')?.[1] ?? ''
  const expected = { product: HOSTILE, language: 'sv', words: 12, tags: ['a', 'b'], options: { formal: true } }
  expect(await (await app.http.request(`/jobs/${id}`)).json()).toMatchObject({ input: expected })
})

test('what does not fit comes back with what was written and what is wrong, and submits nothing', async () => {
  const { app, browser } = scene()
  const refused = await browser().post('/console/agents/writer/try', {
    as: 'form',
    'field.product': 'x',
    'field.language': 'en',
  })
  expect(refused.status).toBe(400)
  expect(refused.html).toContain('product')
  expect(refused.html).toMatch(/>x<\/textarea\s*>/)
  const broken = await browser().post('/console/agents/writer/try', { as: 'json', 'field.input': '{"product": ' })
  expect(broken.html).toContain('this is no JSON')
  const stolen = await browser().post(
    '/console/agents/free/try',
    { as: 'json', 'field.input': '1' },
    { 'sec-fetch-site': 'cross-site' },
  )
  expect(stolen.status).toBe(403)
  expect(await (await app.http.request('/jobs/counts')).json()).toMatchObject({ total: 0 })
})

test('an agent without a schema takes any JSON', async () => {
  const { browser } = scene()
  expect((await browser().get('/console/agents/free')).html).toContain('A function makes them')
  const sent = await browser().post('/console/agents/free/try', { as: 'json', 'field.input': '[1, 2]' })
  expect(sent.to).toMatch(/^\/console\/jobs\/job_/)
})

describe('what changed', () => {
  const before = defineAgent({
    name: 'writer',
    instructions: `Write long. ${HOSTILE}`,
    input,
    model: 'openai/gpt-4o',
    tools: [counter('lookup').tool],
  })
  const changed = async (scopes?: readonly Scope[]) => {
    const { app, signedIn } = scene()
    for (const agents of [[before], [writer]]) {
      await app.startWith(agents)
      await app.clock.advance(1000)
    }
    const { html } = await (await signedIn('acme', scopes)).get('/console/agents/writer')
    expectHarmless(html)
    return html.slice(html.indexOf('id="changes"'))
  }

  test('since the definition before is shown part by part, instructions word by word', async () => {
    const changes = await changed()
    for (const part of ['tools.send</code> was added', 'tools.lookup</code> was removed', '<del> long</del>'])
      expect(changes).toContain(part)
    expect(changes).toMatch(/>settings\.temperature<.*?nothing.*?>0\.2</s)
    expect(changes).toMatch(/>model<.*?>openai\/gpt-4o<.*?>scripted\/test</s)
    expect(changes).not.toContain('inputSchema</code>')
  })

  test('is shown without instructions and settings to keys without the scope admin', async () => {
    const changes = await changed(['read'])
    expect(changes).toContain('needs the scope <code>admin</code>')
    expect(changes).toContain('tools.send')
    expect(changes).not.toMatch(/temperature|<del> long/)
  })

  test('can be seen from each definition that is kept', async () => {
    const { app, browser } = scene()
    for (const says of ['One.', 'Two.']) {
      await app.startWith([defineAgent({ name: 'writer', instructions: says })])
      await app.clock.advance(1000)
    }
    await app.startWith([writer])
    const { html } = await browser().get('/console/agents/writer')
    expect(html).toContain('<del>Two')
    const [, first = ''] = [...html.matchAll(/href="([^"]*compare=[^"]*)"/g)].map(([, to = '']) => to)
    expect((await browser().get(first)).html).toContain('<del>One')
  })
})

describe('fields of a schema', () => {
  const kinds = (schema: z.ZodType) => fieldsOf(z.toJSONSchema(schema))?.map(({ name, kind }) => `${name}: ${kind}`)

  test.each<[z.ZodType, readonly string[] | undefined]>([
    [input, ['product: text', 'language: choice', 'words: number', 'tags: lines', 'options: json']],
    [
      z.object({ on: z.boolean(), any: z.unknown(), one: z.union([z.string(), z.number()]) }),
      ['on: boolean', 'any: json', 'one: json'],
    ],
    [z.array(z.string()), undefined],
    [z.string(), undefined],
  ])('%#', (schema, expected) => {
    expect(kinds(schema)).toEqual(expected)
  })

  test('an optional field that is empty is left out, and a required text is not', () => {
    const fields = fieldsOf(z.toJSONSchema(input)) ?? []
    expect(inputOf(fields, { product: '', language: '', words: '', tags: '' })).toEqual({ product: '' })
  })
})
