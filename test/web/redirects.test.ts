import { afterEach, describe, expect, test } from 'vitest'
import { followRedirects } from '#adapters/web/redirects.ts'
import { requestOf } from '#test/contracts/model.contract.ts'
import { FAMILIES, SECRET, modelsAt, overAll } from '#test/support/fake-provider.ts'
import { type ProviderServer, startProviderServer } from '#test/support/provider-server.ts'

const signal = new AbortController().signal
const servers: ProviderServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function answering(status: number, headers: Readonly<Record<string, string>> = {}): Promise<ProviderServer> {
  const server = await startProviderServer((response) => response.writeHead(status, headers).end())
  servers.push(server)
  return server
}

describe.each(overAll(FAMILIES))('$model over $transport', ({ model, ...transport }) => {
  test.each([301, 302, 307, 308])('takes its request along a redirect (%i), but not its key', async (status) => {
    const there = await answering(401)
    const here = await answering(status, { location: `${there.url}/there` })
    const call = modelsAt(here.url, transport).call(requestOf(model, 'hello'), { signal })
    await expect(call).rejects.toThrow(`answered 401 after a redirect to ${there.url}, which was not sent the key`)
    expect(there.requests).toHaveLength(1)
    expect(there.requests[0]?.body).toEqual(here.requests[0]?.body)
    expect(JSON.stringify(here.requests[0]?.headers)).toContain(SECRET)
    expect(JSON.stringify(there.requests[0]?.headers)).not.toContain(SECRET)
  })

  test('takes its key along within the origin, and gives up in the end', async () => {
    const here = await answering(308, { location: '/there' })
    const call = modelsAt(here.url, transport).call(requestOf(model, 'hello'), { signal })
    await expect(call).rejects.toMatchObject({ message: `${model} answered 308.`, retryable: false })
    expect(here.requests.map(({ path }) => path).slice(1)).toEqual(Array(10).fill('/there'))
    for (const { headers } of here.requests) expect(JSON.stringify(headers)).toContain(SECRET)
  })
})

test.each([
  ['no address', 'https://a.test/', undefined],
  ['an address that is none', 'https://a.test/', 'http://:::'],
  ['another protocol', 'https://a.test/', 'ftp://b.test/'],
  ['a connection that can be read by others', 'https://a.test/', 'http://a.test/'],
])('a redirect to %s is the answer', async (_, url, location) => {
  const asked: string[] = []
  const seen: number[] = []
  const post = followRedirects((target, _posted, sink) => {
    asked.push(target)
    sink.begin({ status: 307, headers: location === undefined ? {} : { location } })
    return Promise.resolve()
  })
  await post(url, { headers: {}, body: '', signal }, { begin: ({ status }) => seen.push(status), take: () => true })
  expect([asked, seen]).toEqual([[url], [307]])
})
