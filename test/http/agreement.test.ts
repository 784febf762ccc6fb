import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { contract } from '#test/support/contract.ts'
import { ListedModel } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'

const writer = defineAgent({ name: 'writer', instructions: '' })
const ajv = new Ajv2020({ strict: false })
addFormats.default(ajv)
ajv.addSchema(contract, 'openapi')

/** What the published document says of a value. */
function allows(pointer: string, value: unknown): boolean {
  return ajv.validate({ $ref: `openapi#${pointer}` }, value)
}

const EMOJI = '🧵'

describe('the document and the validation agree on a submission with', () => {
  const cases: Record<string, object> = {
    'a tag of 64 emoji': { tags: [EMOJI.repeat(64)] },
    'a tag of 65 emoji': { tags: [EMOJI.repeat(65)] },
    'an empty tag': { tags: [''] },
    'a tag that is half a character': { tags: ['\ud83e'] },
    'a tag that ends in half a character': { tags: ['a\udfff'] },
    'a tag with a control character': { tags: ['a\u007fb'] },
    'a batch in two scripts': { batch: 'höst 秋' },
    'a batch that is half a character': { batch: '\udfff' },
    'a note of 512 emoji': { metadata: { note: EMOJI.repeat(512) } },
    'a note of 513 emoji': { metadata: { note: EMOJI.repeat(513) } },
    'an empty note': { metadata: { note: '' } },
    'a note with half a character': { metadata: { note: '\ud83e' } },
    'a note without a name': { metadata: { '': 'x' } },
    'a note whose name is half a character': { metadata: { '\ud83e': 'x' } },
    'a note whose name is 64 emoji': { metadata: { [EMOJI.repeat(64)]: 'x' } },
    'a whole number with a point': { retentionSeconds: 60.0 },
    'a part of a second': { retentionSeconds: 60.5 },
  }
  test.each(Object.entries(cases))('%s', async (_name, fields) => {
    const { post } = testApp([writer], new ListedModel())
    const body = { agent: 'writer', input: 1, ...fields }
    const { status } = await post('/jobs', body)
    expect(status).toBe(allows('/components/schemas/SubmitRequest', body) ? 202 : 400)
  })
})

describe('the document and the validation agree on a time like', () => {
  test.each([
    '9999-12-31T23:59:59.999Z',
    '9999-12-31T23:59:59-23:59',
    '0000-01-01T00:00:00+23:59',
    '1969-12-31T23:59:59Z',
    '2026-02-29T00:00:00Z',
    '2024-02-29T00:00:00.123456789+05:30',
    '2026-11-01T00:00Z',
    '2026-11-01T24:00:00Z',
    '2016-12-31T23:59:60Z',
    '2026-11-01t00:00:00z',
    '2026-11-01 00:00:00Z',
    '10000-01-01T00:00:00Z',
  ])('%s', async (createdBefore) => {
    const { post } = testApp([writer], new ListedModel())
    const body = { action: 'cancel', filter: { createdBefore } }
    const { status } = await post('/operations', body)
    expect(status).toBe(allows('/components/schemas/OperationRequest', body) ? 202 : 400)
  })
})
