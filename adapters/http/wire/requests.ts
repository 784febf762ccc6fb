import * as z from 'zod'
import type { JsonValue } from '#domain/json.ts'

// What JSON.parse returned is JSON already; walking it again would only cost time.
const anyJson = z.custom<JsonValue>((value) => value !== undefined, 'is required: any JSON')

/** Body of `POST /run` and `POST /jobs`. */
export const AgentRequest = z.strictObject({
  agent: z.string().min(1).max(64),
  input: anyJson,
})

/** Body of `POST /jobs/{id}/calls/{callId}/resolve`: what became of a call of unknown outcome. */
export const ResolutionRequest = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('happened'), result: anyJson }),
  z.strictObject({ outcome: z.literal('did_not_happen') }),
  z.strictObject({ outcome: z.literal('fail') }),
])
