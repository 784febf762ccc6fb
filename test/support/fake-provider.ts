import { LLMock } from '@copilotkit/aimock'
import { AiSdkModels } from '#adapters/models/ai-sdk-models.ts'
import type { ModelSettings } from '#adapters/models/settings.ts'
import { createPostJson } from '#adapters/node/http/post-json.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import type { PostJson } from '#adapters/web/post-json.ts'

export const SECRET = 'sk-secret-of-the-house'
export const SPOKEN = 'Hej på dig, kära vän, i natten.'

/** One model of each family, by the wire format that it speaks. */
export const FAMILIES = [
  { family: 'anthropic', model: 'anthropic/claude-sonnet-4-5' },
  { family: 'openai', model: 'openai/gpt-5-mini' },
  { family: 'openai-compatible', model: 'openai-compatible/some/model' },
] as const

/** A third party's fake of the providers' real wire formats, which answers by what the user says. */
export async function startFakeProvider(): Promise<LLMock> {
  const fake = new LLMock({ port: 0 })
  const usage = { prompt_tokens: 11, completion_tokens: 7, input_tokens: 11, output_tokens: 7 }
  fake.on({ userMessage: 'hello' }, { content: SPOKEN, usage })
  fake.on(
    { userMessage: 'one tool', hasToolResult: false },
    { toolCalls: [{ id: 'call_a', name: 'lookup', arguments: '{"n":1}' }] },
  )
  fake.on(
    { userMessage: 'two tools', hasToolResult: false },
    {
      toolCalls: [
        { id: 'call_a', name: 'lookup', arguments: '{"n":1}' },
        { id: 'call_b', name: 'lookup', arguments: '{"n":2}' },
      ],
    },
  )
  fake.on({ hasToolResult: true }, { content: 'Both found.' })
  fake.on({ userMessage: 'long' }, { content: 'Half a sen', finishReason: 'length' })
  const limit = { error: { message: `Slow down, ${SECRET}`, type: 'rate_limit_error' }, status: 429, retryAfter: 7 }
  fake.on({ userMessage: 'limited' }, limit)
  fake.on({ userMessage: 'refused' }, { error: { message: 'No such model' }, status: 404 })
  fake.on({ userMessage: 'broken' }, { error: { message: 'Oops' }, status: 500 })
  fake.on({ userMessage: 'cut off' }, { content: SPOKEN }, { truncateAfterChunks: 2, chunkSize: 4 })
  fake.on({ userMessage: 'dropped' }, { content: SPOKEN }, { chaos: { disconnectRate: 1 } })
  fake.on({ userMessage: 'malformed' }, { content: SPOKEN }, { chaos: { malformedRate: 1 } })
  await fake.start()
  return fake
}

interface Transport {
  readonly transport: string
  readonly post?: PostJson
}

/** Each model over what carries it on each platform. */
export function overAll<Family extends { readonly model: string }>(
  families: readonly Family[],
): readonly (Family & Transport)[] {
  return [
    ...families.map((family) => ({ ...family, transport: 'fetch' })),
    ...families.map((family) => ({ ...family, transport: "Node's dispatcher", post: createPostJson({}) })),
  ]
}

/** The adapter, pointed at `address` for all three families. */
export function modelsAt(
  address: string,
  {
    settings = allAt(address),
    clock = new ManualClock(),
    ...transport
  }: Partial<Transport> & { readonly settings?: ModelSettings; readonly clock?: ManualClock } = {},
): AiSdkModels {
  return new AiSdkModels(settings, { clock, ...transport })
}

function allAt(baseUrl: string): ModelSettings {
  const group = { apiKey: SECRET, baseUrl }
  return { anthropic: group, openai: group, openaiCompatible: group }
}
