import { afterEach, describe, expect, test, vi } from 'vitest'
import { postJson } from '#adapters/web/fetch-json.ts'
import { CASES_IN_PARTS, UNPACKED_CASES } from '#test/web/unpacked-cases.ts'

describe.each([...UNPACKED_CASES, ...CASES_IN_PARTS])('on workerd', ({ name, run }) => {
  test(name, run)
})

afterEach(() => {
  vi.unstubAllGlobals()
})

// workerd's own unpacking fails where a server names a coding that it has not applied.
test('a model call asks the server for no coding, and the runtime for the bytes as they are', async () => {
  const answered = vi.fn(() => Promise.resolve(new Response('{}', { headers: { 'content-encoding': 'gzip' } })))
  vi.stubGlobal('fetch', answered)
  const pieces: Uint8Array[] = []
  const sink = { begin: () => undefined, take: (piece: Uint8Array) => pieces.push(piece) > 0 }
  const signal = new AbortController().signal
  await postJson('https://model.example/', { headers: {}, body: '{}', signal }, sink)
  const asked = { encodeResponseBody: 'manual', headers: { 'accept-encoding': 'identity' } }
  expect(answered).toHaveBeenCalledWith('https://model.example/', expect.objectContaining(asked))
  expect(pieces.map((piece) => new TextDecoder().decode(piece))).toEqual(['{}'])
})
