import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'
import type { ModelReply } from '#ports/model.ts'
import { type Asking, ask } from './ask.ts'
import { RefusalError } from './refusal.ts'
import { refusesSchema, schemaIn, schemaInWords } from './structured-output.ts'
import type { WireFormat } from './wire-format.ts'

/** Schemas that the server behind a format has refused. */
const refused = new WeakMap<WireFormat, WeakSet<object>>()

/**
 * Requests an answer, with its schema in the provider's own form. If a server refuses that form, the schema goes into
 * the instructions, from then on at once.
 * @throws what `ask` throws.
 */
export async function askForSchema(
  format: WireFormat,
  options: LanguageModelV4CallOptions,
  asking: Asking,
): Promise<ModelReply> {
  const schema = schemaIn(options)
  if (!schema) return ask(format, options, asking)
  const inWords = (): Promise<ModelReply> => ask(format, schemaInWords(options, schema), asking)
  const known = refused.get(format) ?? new WeakSet()
  if (known.has(schema)) return inWords()
  try {
    return await ask(format, options, asking)
  } catch (error) {
    if (!(error instanceof RefusalError) || !refusesSchema(error)) throw error
    refused.set(format, known.add(schema))
    return inWords()
  }
}
