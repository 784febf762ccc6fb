import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineAgent } from '#domain/agent/agent.ts'
import { problemsWithFiles, withoutFiles } from '#domain/agent/input-file.ts'
import type { Schema } from '#domain/agent/schema.ts'
import type { JsonValue } from '#domain/json/json.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { submitted } from '#test/support/fixtures.ts'
import { modelsAt } from '#test/support/fake-provider.ts'
import { ListedModel, answer } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'

const PNG = 'iVBORw0KGgo='
const files = ['photo', 'manuals']
const looker = defineAgent({ name: 'writer', instructions: '', files })

describe('the files of an input', () => {
  test('are given to the model as files, and the rest of the input as text', async () => {
    const app = testApp([looker], new ListedModel())
    const model = new ListedModel(answer('Linen.'))
    const input = {
      sku: 'apron',
      photo: { data: PNG, mediaType: 'image/png', filename: 'apron.png' },
      manuals: ['https://shop.example.com/a.pdf', { url: 'https://shop.example.com/b', mediaType: 'text/plain' }],
    }
    expect(await (await app.post('/jobs', { agent: 'writer', input })).json()).toMatchObject({ input })
    const world = execution(looker)
    const { job, event } = submitted({ input, files })
    await world.store.create(job, event)
    await world.executor(model).execute(job.id, NEVER)
    expect(model.requests[0]?.messages).toEqual([
      {
        role: 'user',
        text: '{"sku":"apron","photo":"attached file","manuals":"2 attached files"}',
        files: [
          { mediaType: 'image/png', filename: 'apron.png', data: PNG, isUrl: false },
          { mediaType: 'application/pdf', data: 'https://shop.example.com/a.pdf', isUrl: true },
          { mediaType: 'text/plain', data: 'https://shop.example.com/b', isUrl: true },
        ],
      },
    ])
  })

  test('are looked for by their names: an input without them is not copied, however many members it has', () => {
    const input = { ...Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`m${String(n)}`, n])), photo: null }
    expect(withoutFiles(input, files)).toBe(input)
  })

  test('are those that the agent named at submission, also after a deploy', async () => {
    const world = execution(defineAgent({ name: 'writer', instructions: '' }))
    const model = new ListedModel(answer('Linen.'))
    const { job, event } = submitted({ input: { photo: 'https://shop.example.com/a.png' }, files })
    await world.store.create(job, event)
    await world.executor(model).execute(job.id, NEVER)
    expect(model.requests[0]?.messages).toMatchObject([{ files: [{ mediaType: 'image/png' }] }])
  })

  test.each<[JsonValue, string]>([
    [7, 'photo: a file is a URL'],
    ['https://shop.example.com/a', 'photo: mediaType must be one of image/png'],
    [{ data: PNG, mediaType: 'image/svg+xml' }, 'photo: mediaType must be one of image/png'],
    [{ data: 'no base64!', mediaType: 'image/png' }, 'photo: data must be base64'],
    [{ mediaType: 'image/png' }, 'photo: data must be base64'],
    ['http://shop.example.com/a.png', 'photo: url must be https'],
    ['https://user:pass@shop.example.com/a.png', 'photo: url must be https'],
    ['https://localhost/a.png', 'photo: url must be https'],
    ['https://169.254.169.254/a.png', 'photo: url must be https'],
    ['https://2130706433/a.png', 'photo: url must be https'],
    ['https://[::1]/a.png', 'photo: url must be https'],
    ['https://db.internal/a.png', 'photo: url must be https'],
    ['https://db.internal./a.png', 'photo: url must be https'],
    ['no URL.png', 'photo: url must be https'],
    [['https://a.example.com/a.png', 7], 'photo.1: a file is a URL'],
    [Array.from({ length: 21 }, () => 'https://a.example.com/a.png'), 'an input has at most 20 files'],
  ])('are refused: %j', async (photo, problem) => {
    expect(problemsWithFiles({ photo }, files)).toEqual([expect.stringContaining(problem)])
    const response = await testApp([looker], new ListedModel()).post('/jobs', { agent: 'writer', input: { photo } })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'invalid_input' })
  })

  test('may be absent', () => {
    for (const input of [null, 'text', [1], {}, { photo: null }]) expect(problemsWithFiles(input, files)).toEqual([])
  })

  test('that a provider cannot take are refused before any work', async () => {
    const agent = defineAgent({ name: 'writer', instructions: '', files, model: 'openai-compatible/x' })
    const app = testApp([agent], modelsAt('http://127.0.0.1:9'))
    for (const route of ['/jobs', '/run']) {
      const input = { photo: 'https://shop.example.com/a.pdf' }
      const response = await app.post(route, { agent: 'writer', input })
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({
        problems: [expect.stringMatching(/^openai-compatible\/x: .*PDF file parts with URLs/)],
      })
    }
  })

  test('are named by texts, and are part of the version', () => {
    expect(() => defineAgent({ name: 'a', instructions: '', files: [7] as never })).toThrow('its files must be names')
    expect(looker.version).not.toBe(defineAgent({ name: 'writer', instructions: '' }).version)
  })

  test('are members that the input may have', () => {
    const lookAt = (input: Schema) => () =>
      defineAgent({ name: 'a', instructions: '', input: input as never, files: ['photo'] })
    expect(lookAt(z.object({ image: z.string() }))).toThrow('its files name "photo", and its input has image.')
    // Other libraries keep members that they do not name.
    const open = { '~standard': { ...z.object({ image: z.string() })['~standard'], vendor: 'arktype' } } as Schema
    for (const input of [open, z.object({ photo: z.string() }), z.looseObject({}), z.record(z.string(), z.string())])
      expect(lookAt(input)).not.toThrow()
  })
})
