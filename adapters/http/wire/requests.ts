import * as z from 'zod'
import type { JsonValue } from '#domain/json.ts'

// What JSON.parse returned is JSON already; walking it again would only cost time.
const anyJson = z.custom<JsonValue>((value) => value !== undefined, 'is required: any JSON that the agent understands')

/** Body of `POST /run` and `POST /jobs`. */
export const AgentRequest = z.strictObject({
  agent: z.string().min(1).max(64),
  input: anyJson,
})
