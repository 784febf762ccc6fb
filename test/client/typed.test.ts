import * as z from 'zod'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { ErrandClient } from '#adapters/client/errand-client.ts'
import type { HasAgents, InputsOf } from '#adapters/client/agents-of.ts'
import { defineConfig } from '#composition/config/config.ts'
import type { World } from '#composition/config/world.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import type { JsonValue } from '#domain/json/json.ts'

const slogan = defineAgent({
  name: 'slogan',
  instructions: 'Be brief.',
  // The client sends what the schema accepts: a text, or nothing.
  input: z.object({ product: z.string(), words: z.string().default('6').transform(Number) }),
})
const free = defineAgent({ name: 'free', instructions: 'Answer.' })

const listed = defineConfig({ agents: [slogan, free] })
const made = defineConfig({
  agents: ({ env }: World<{ readonly till: string }>) => (env['X'] ? [slogan, free] : [slogan]),
})

/** A client whose requests are kept and answered with `{}`. */
function scene<Config extends HasAgents>(config: Config) {
  const bodies: unknown[] = []
  const fetch = (_url: unknown, init?: RequestInit): Promise<Response> => {
    bodies.push(JSON.parse(init?.body as string))
    return Promise.resolve(Response.json({}))
  }
  return { config, bodies, client: new ErrandClient<Config>({ baseUrl: 'http://127.0.0.1:1', fetch }) }
}

describe('a client with the type of a config', () => {
  test('knows the input of each agent by its name', () => {
    interface Inputs {
      slogan: { product: string; words?: string | undefined }
      free: JsonValue
    }
    expectTypeOf<InputsOf<typeof listed>>().toEqualTypeOf<Inputs>()
    expectTypeOf<InputsOf<typeof made>>().toEqualTypeOf<Inputs>()
  })

  test('submits by name and input, or by one object', async () => {
    const { client, bodies } = scene(listed)
    await client.submit('slogan', { product: 'socks' }, { tags: ['autumn'], idempotencyKey: 'a' })
    await client.submit({ agent: 'free', input: [1], tags: ['autumn'] })
    await client.run('slogan', { product: 'socks' })
    expect(bodies).toEqual([
      { agent: 'slogan', input: { product: 'socks' }, tags: ['autumn'] },
      { agent: 'free', input: [1], tags: ['autumn'] },
      { agent: 'slogan', input: { product: 'socks' } },
    ])
  })

  test('refuses another name and another input before anything runs', () => {
    const { client } = scene(made)
    const never = [
      // @ts-expect-error -- a misspelt agent
      () => client.submit('slogna', { product: 'socks' }),
      // @ts-expect-error -- a misspelt field
      () => client.submit('slogan', { prodct: 'socks' }),
      // @ts-expect-error -- a field of another type
      () => client.run('slogan', { product: 1 }),
      // @ts-expect-error -- the input of another agent
      () => client.submit({ agent: 'slogan', input: [1] }),
      // @ts-expect-error -- a misspelt agent of a batch
      () => client.batches.create({ agent: 'slogna' }),
      // @ts-expect-error -- a misspelt field of an item
      () => client.batches.create({ agent: 'slogan', items: [{ input: { prodct: 'socks' } }] }),
      // @ts-expect-error -- a misspelt field of an uploaded item
      () => client.batches.upload<'slogan'>('bat_1', [{ input: { prodct: 'socks' } }]),
      // @ts-expect-error -- a misspelt agent, step by step
      () => client.runStream('slogna', 1),
    ]
    expect(never).toHaveLength(8)
  })
})

test('a client without a config takes any name and any JSON', () => {
  const client = new ErrandClient({ baseUrl: 'http://127.0.0.1:1' })
  expectTypeOf(client.run).parameter(0).toEqualTypeOf<string>()
  expectTypeOf(client.run).parameter(1).toEqualTypeOf<JsonValue>()
})
