import type { JSONSchema7, LanguageModelV4CallOptions } from '@ai-sdk/provider'
import type { JsonObject } from '#domain/json/json.ts'
import type { RefusalError } from './refusal.ts'

/** The request for an answer that fits `schema`. */
export function responseFormat(schema: JsonObject): NonNullable<LanguageModelV4CallOptions['responseFormat']> {
  return { type: 'json', name: 'answer', schema }
}

/** The schema of the requested answer; `null` for an answer in words. */
export function schemaIn({ responseFormat: format }: LanguageModelV4CallOptions): JSONSchema7 | null {
  return format?.type === 'json' ? (format.schema ?? null) : null
}

/** The same request with its schema in the instructions, and nothing that only some servers know. */
export function schemaInWords(options: LanguageModelV4CallOptions, schema: JSONSchema7): LanguageModelV4CallOptions {
  return { ...options, responseFormat: { type: 'text' }, prompt: promptWith(schema, options.prompt) }
}

export function promptWith(
  schema: JSONSchema7,
  prompt: LanguageModelV4CallOptions['prompt'],
): LanguageModelV4CallOptions['prompt'] {
  const words = `Answer with one JSON object and nothing else, no Markdown. It must fit this JSON Schema: ${JSON.stringify(schema)}`
  const [first, ...rest] = prompt
  if (first?.role !== 'system') return [{ role: 'system', content: words }, ...prompt]
  return [{ ...first, content: `${first.content}\n\n${words}` }, ...rest]
}

const ABOUT_SCHEMA =
  /response_?format|response.?mime|json_?schema|output_?config|output_?format|text\.format|structured.?output|json.?(?:mode|object)|invalid schema/i

/** Whether a server has refused a request because of its schema, so that it may take the schema in words. */
export function refusesSchema({ status, message }: RefusalError): boolean {
  return status !== null && status >= 400 && ![401, 402, 403, 429].includes(status) && ABOUT_SCHEMA.test(message)
}
