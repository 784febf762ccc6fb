import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { InputFile } from '#domain/agent/input-file.ts'
import { requestOf } from '#test/contracts/model.contract.ts'
import { modelsAt } from '#test/support/fake-provider.ts'
import { type ProviderServer, startProviderServer } from '#test/support/provider-server.ts'

const { signal } = new AbortController()
let server: ProviderServer

beforeEach(async () => {
  server = await startProviderServer((response) => response.writeHead(503).end())
})
afterEach(() => server.close())

const PNG = 'iVBORw0KGgo='
const image: InputFile = { mediaType: 'image/png', data: PNG, isUrl: false }
const link: InputFile = { mediaType: 'image/png', data: 'https://shop.example.com/a.png', isUrl: true }
const document: InputFile = { mediaType: 'application/pdf', filename: 'a.pdf', data: PNG, isUrl: false }

describe('files go over the wire before the text', () => {
  test.each<[string, InputFile, object]>([
    [
      'anthropic/claude-sonnet-4-5',
      image,
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
    ],
    ['anthropic/claude-sonnet-4-5', link, { type: 'image', source: { type: 'url', url: link.data } }],
    [
      'anthropic/claude-sonnet-4-5',
      document,
      { type: 'document', source: { type: 'base64', data: PNG }, title: 'a.pdf' },
    ],
    ['openai/gpt-5-mini', image, { type: 'input_image', image_url: `data:image/png;base64,${PNG}` }],
    ['openai/gpt-5-mini', link, { type: 'input_image', image_url: link.data }],
    ['openai/gpt-5-mini', document, { type: 'input_file', filename: 'a.pdf' }],
    ['openai-compatible/x', image, { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } }],
    ['openai-compatible/x', link, { type: 'image_url', image_url: { url: link.data } }],
    ['openai-compatible/x', document, { type: 'file', file: { filename: 'a.pdf' } }],
  ])('%s: %j', async (model, file, wire) => {
    const request = {
      ...requestOf(model, 'hello'),
      messages: [{ role: 'user', text: 'hello', files: [file] } as const],
    }
    await modelsAt(server.url)
      .call(request, { signal })
      .catch(() => undefined)
    const body = server.requests[0]?.body as { messages?: object[]; input?: object[] }
    const message = (body.messages ?? body.input ?? []).at(-1)
    expect(message).toMatchObject({ role: 'user', content: [wire, { text: 'hello' }] })
  })
})
