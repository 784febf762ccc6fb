import { expect, test } from 'vitest'
import { linesOf } from '#adapters/http/lines.ts'

const MOST = 6

async function linesIn(text: string, size: number): Promise<readonly (string | null)[]> {
  const bytes = new TextEncoder().encode(text)
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  )
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
  const read: (string | null)[] = []
  for await (const line of linesOf(body, MOST)) read.push(line && new TextDecoder().decode(line))
  return read
}

test.each([
  ['a line of each length', 'a\n\nabcdef\nabc', ['a', '', 'abcdef', 'abc']],
  ['lines of Windows', 'ab\r\n\r\nc\rd\r\n', ['ab', '', 'c\rd']],
  ['a line that is too long', 'abcdefg\nab\nabcdefghijklm', [null, 'ab', null]],
  ['nothing', '', []],
  ['letters of several bytes', 'åäö\nö', ['åäö', 'ö']],
])('%s is the same in chunks of any size', async (_case, text, expected) => {
  for (const size of [1, 2, 3, 100]) expect(await linesIn(text, size)).toEqual(expected)
})
