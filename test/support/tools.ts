import * as z from 'zod'
import { type Tool, type ToolDefinition, defineTool } from '#domain/agent/tool.ts'
import type { JsonValue } from '#domain/json/json.ts'

/** A tool without arguments. */
export function tool(
  name: string,
  run: ToolDefinition<object>['run'],
  fields: Partial<ToolDefinition<object>> = {},
): Tool {
  return defineTool({ name, description: name, input: z.object({}), effect: 'read', run, ...fields })
}

/** A tool that counts its runs and returns their number. */
export function counter(
  name: string,
  fields: Partial<ToolDefinition<object>> = {},
): { readonly tool: Tool; readonly runs: () => number; readonly keys: string[] } {
  let runs = 0
  const keys: string[] = []
  const run: ToolDefinition<object>['run'] = (_input, { idempotencyKey }): JsonValue => {
    keys.push(idempotencyKey)
    return ++runs
  }
  return { tool: tool(name, run, fields), runs: () => runs, keys }
}
