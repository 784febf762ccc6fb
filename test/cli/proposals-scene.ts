import { PassThrough } from 'node:stream'
import { Command } from 'commander'
import { vi } from 'vitest'
import { paintFor } from '#adapters/cli/paint.ts'
import { addProposalCommands } from '#adapters/cli/proposals/commands.ts'
import type { Terminal } from '#adapters/cli/proposals/proposal-world.ts'
import { lengthBetween } from '#adapters/guards/length.ts'
import type { Proposal } from '#adapters/client/types.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'
import { Shelf, describeOn } from '#test/support/writing.ts'

/** A terminal on which the person presses these keys, one chunk each. */
class FakeTty extends PassThrough {
  isRaw = false
  setRawMode(raw: boolean): void {
    this.isRaw = raw
  }
}

export interface At {
  readonly keys?: readonly string[]
  readonly columns?: number
  /** What the person makes of a text in their editor. */
  readonly edit?: (text: string) => string | Promise<string>
  readonly hasColours?: boolean
}

/** `errand proposals` of a server whose jobs propose these texts, by product; the first product comes last in lists. */
export async function proposalScene(texts: Readonly<Record<string, string>>) {
  const shelf = new Shelf()
  for (const product of Object.keys(texts)) shelf.texts.set(product, `Old ${product}.`)
  const tools = [describeOn(shelf, { guards: [lengthBetween(3, 90)], flags: { short: lengthBetween(12, 90) } })]
  const turns = Object.entries(texts).flatMap(([handle, text]) => [
    asks({ id: 'a', name: 'describe', input: { handle, text } }),
    answer('Done.'),
  ])
  const app = testApp([defineAgent({ name: 'writer', instructions: '', tools })], new ListedModel(...turns))
  for (const product of Object.keys(texts)) {
    const body = { agent: 'writer', input: product, batch: 'autumn' }
    const { id } = (await (await app.post('/jobs', body)).json()) as { id: string }
    await app.execute(id)
    await app.clock.advance(1000)
  }
  const requests: string[] = []
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    requests.push(url.replace('http://errand', ''))
    const response = await app.http.request(url.replace('http://errand', ''), init)
    const [, id] = /\/(op_\w+)$/.exec(response.headers.get('location') ?? '') ?? []
    if (id !== undefined) await app.operate(id)
    return response
  })
  const errand = async (args: readonly string[], at: At | null = null) => {
    const said = { out: '', notes: '', code: 0 }
    const tty = new FakeTty()
    const program = new Command().exitOverride()
    program.configureOutput({ writeErr: () => undefined })
    const terminal: Terminal | null = at && {
      keys: tty,
      columns: () => at.columns ?? 80,
      edit: async (text) => (await at.edit?.(text)) ?? text,
    }
    addProposalCommands(program, {
      server: () => ({ serverUrl: 'http://errand', apiKey: null }),
      print: (text) => (said.out += text),
      note: (text) => (said.notes += text),
      exit: (code) => (said.code = code),
      isTerminal: false,
      terminal,
      hasColours: at?.hasColours ?? false,
      paint: paintFor(at?.hasColours ?? false),
      signal: new AbortController().signal,
    })
    for (const key of at?.keys ?? []) tty.write(key)
    await program.parseAsync(['proposals', ...args], { from: 'user' })
    return { ...said, isRaw: tty.isRaw }
  }
  const all = async (): Promise<Proposal[]> => JSON.parse((await errand(['list', '--json'])).out) as Proposal[]
  const find = async (product: string): Promise<Proposal> => {
    const found = (await all()).find(({ target }) => target === `product:${product}`)
    if (!found) throw new Error(`Nothing is proposed for ${product}.`)
    return found
  }
  const carryOut = async (): Promise<void> => {
    for (const { jobId } of await all()) await app.write(jobId)
  }
  return { app, shelf, requests, errand, all, find, carryOut }
}
