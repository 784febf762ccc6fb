import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import type { JsonValue } from '#domain/json/json.ts'

type Content = CallToolResult['content'][number]

/** What the model sees of a result: its structured content, or else its texts. Of anything else it sees that it is there. */
export function outputOf({ structuredContent, content }: CallToolResult): JsonValue {
  return structuredContent === undefined ? textOf(content) : (structuredContent as JsonValue)
}

export function textOf(content: readonly Content[]): string {
  return content.map(partOf).join('\n')
}

function partOf(part: Content): string {
  switch (part.type) {
    case 'text':
      return part.text
    case 'image':
    case 'audio':
      return notShown(`${part.type} ${part.mimeType}`, part.data)
    case 'resource_link':
      return `[link to ${part.uri}: ${part.name}]`
    case 'resource':
      return 'text' in part.resource
        ? part.resource.text
        : notShown(`resource ${part.resource.uri}`, part.resource.blob)
  }
}

/** @param data in Base64 */
function notShown(what: string, data: string): string {
  return `[${what}, ${String(Math.floor((data.length * 3) / 4))} bytes, not shown]`
}

/** With each text of it changed. */
export function mapTexts(value: JsonValue, change: (text: string) => string): JsonValue {
  if (typeof value === 'string') return change(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((inner: JsonValue) => mapTexts(inner, change))
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [change(name), mapTexts(inner, change)]))
}
