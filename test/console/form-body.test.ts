import { describe, expect, test } from 'vitest'
import { MAX_FORM_BYTES, MAX_SIGN_IN_BYTES } from '#adapters/console/form-body.ts'
import { ListedModel } from '#test/support/script.ts'
import { consoleScene } from './console-scene.ts'

const FORM = 'application/x-www-form-urlencoded'

function scene() {
  const made = consoleScene([], new ListedModel())
  const send = async (path: string, body: ReadableStream | string, headers: Record<string, string> = {}) => {
    const sent = { 'sec-fetch-site': 'same-origin', 'content-type': FORM, ...headers }
    const init = { method: 'POST', headers: sent, body, duplex: 'half' } as const
    const answer = await made.console.fetch(new Request(`http://localhost${path}`, init), {})
    return { status: answer.status, html: await answer.text() }
  }
  return { ...made, send }
}

/** More than any form may have, without a length. */
function flood(): { readonly body: ReadableStream; readonly bytes: () => number } {
  let bytes = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (bytes > 2 * MAX_FORM_BYTES) {
        controller.close()
        return
      }
      bytes += 16_384
      controller.enqueue(new Uint8Array(16_384).fill(97))
    },
  })
  return { body, bytes: () => bytes }
}

describe('a form', () => {
  test.each([
    { path: '/console/sign-in', most: MAX_SIGN_IN_BYTES },
    { path: '/console/jobs/bulk', most: MAX_FORM_BYTES },
  ])('is read to $most bytes at $path, also without a key', async ({ path, most }) => {
    const { app, send } = scene()
    await app.key('acme')
    const { body, bytes } = flood()
    const refused = await send(path, body)
    expect(refused.status).toBe(413)
    expect(refused.html).toContain(`larger than ${String(most)} bytes`)
    expect(bytes()).toBeLessThan(most + 100_000)
  })

  test('that says it is too large is not read at all', async () => {
    const { send } = scene()
    const { body, bytes } = flood()
    const refused = await send('/console/sign-in', body, { 'content-length': String(MAX_SIGN_IN_BYTES + 1) })
    expect(refused.status).toBe(413)
    expect(bytes()).toBeLessThan(MAX_SIGN_IN_BYTES)
  })

  test.each(['/console/sign-in', '/console/jobs/bulk'])('that is none is the fault of its sender: %s', async (path) => {
    const { app, send } = scene()
    const refused = await send(path, '{"key":1}', { 'content-type': 'application/json' })
    expect(refused.status).toBe(400)
    expect(refused.html).toContain('its body is not a form')
    expect(app.logger.lines).toEqual([])
  })
})
