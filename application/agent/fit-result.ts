import type { ToolResult } from '#domain/agent/message.ts'
import type { Turn } from '#domain/agent/turn.ts'
import type { JobLimits } from '#domain/job/limits.ts'
import { jsonBytes } from '#domain/json/json.ts'

/** The result, or one that says that it was too large. A call that was made has not failed because of its size. */
export function fitResult(result: ToolResult, turn: Turn, limits: JobLimits): ToolResult {
  const room = Math.min(limits.maxToolResultBytes, limits.maxTranscriptBytes - turn.bytes)
  const bytes = jsonBytes(result.output)
  if (bytes <= room) return result
  const output = `The call was made, but its result has ${String(bytes)} bytes and only ${String(Math.max(room, 0))} can be kept. Ask for less.`
  return { ...result, output }
}
