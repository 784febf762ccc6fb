import * as z from 'zod'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { ErrandClient } from '#adapters/client/errand-client.ts'
import type { HasAgents, InputsOf, OutputsOf } from '#adapters/client/agents-of.ts'
import type { Report } from '#adapters/client/types.ts'
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

const rated = defineAgent({
  name: 'rated',
  instructions: 'Rate.',
  output: z.object({ stars: z.number(), note: z.string().default('') }),
})

const listed = defineConfig({ agents: [slogan, free] })
const made = defineConfig({
  agents: ({ env }: World<{ readonly till: string }>) => (env['X'] ? [slogan, free] : [slogan]),
})

/** A client whose requests are kept and answered with as little as a client needs. */
function scene<Config extends HasAgents>(config: Config) {
  const bodies: unknown[] = []
  const fetch = (_url: unknown, init?: RequestInit): Promise<Response> => {
    bodies.push(JSON.parse(init?.body as string))
    return Promise.resolve(Response.json({ id: 'job_1', agent: 'slogan' }))
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

test('a client with the type of a config knows the output of a job, also when it waits for it', () => {
  const config = defineConfig({ agents: [free, rated] })
  const { client } = scene(config)
  interface Stars {
    stars: number
    note: string
  }
  expectTypeOf<OutputsOf<typeof config>>().toEqualTypeOf<{ free: string; rated: Stars }>()
  const uses = async (): Promise<void> => {
    const submitted = await client.submit('rated', 1)
    const job = await client.wait(submitted)
    expectTypeOf(job.report).toEqualTypeOf<Report<Stars> | undefined>()
    expectTypeOf(await client.run('free', 1)).toEqualTypeOf<Report<string>>()
    expectTypeOf((await client.submit({ agent: 'free', input: 1 })).report?.output).toEqualTypeOf<string | undefined>()
    expectTypeOf((await client.wait('job_1')).report?.output).toEqualTypeOf<JsonValue | undefined>()
  }
  expect(uses).toBeTypeOf('function')
})

test('a client with the type of a config knows the outputs of a batch by the name of its agent', () => {
  const { client } = scene(defineConfig({ agents: [free, rated] }))
  interface Stars {
    stars: number
    note: string
  }
  const uses = async (): Promise<void> => {
    for await (const { line, output } of client.batches.results<'rated'>('bat_1')) {
      expectTypeOf(output).toEqualTypeOf<Stars | undefined>()
      expectTypeOf(line).toEqualTypeOf<number>()
    }
    for await (const { output } of client.batches.results('bat_1')) {
      expectTypeOf(output).toEqualTypeOf<string | Stars | undefined>()
    }
    // @ts-expect-error -- a misspelt agent
    client.batches.results<'rateed'>('bat_1')
    const untyped = new ErrandClient({ baseUrl: 'http://127.0.0.1:1' })
    for await (const { output } of untyped.batches.results('bat_1')) {
      expectTypeOf(output).toEqualTypeOf<JsonValue | undefined>()
    }
  }
  expect(uses).toBeTypeOf('function')
})

test('waits for a job by itself or by its id', async () => {
  const paths: string[] = []
  const fetch = (url: unknown): Promise<Response> => {
    paths.push(new URL(String(url)).pathname)
    return Promise.resolve(Response.json({ id: 'job_1', finishedAt: '2026-11-28T09:00:00.000Z' }))
  }
  const client = new ErrandClient({ baseUrl: 'http://127.0.0.1:1', fetch })
  const job = await client.wait('job_1')
  await client.wait(job)
  expect(paths).toEqual(['/jobs/job_1', '/jobs/job_1'])
})

test('a client without a config takes any name and any JSON', () => {
  const client = new ErrandClient({ baseUrl: 'http://127.0.0.1:1' })
  expectTypeOf(client.run).parameter(0).toEqualTypeOf<string>()
  expectTypeOf(client.run).parameter(1).toEqualTypeOf<JsonValue>()
})
