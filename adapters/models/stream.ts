import type { LanguageModelV4Content, LanguageModelV4StreamPart, SharedV4ProviderMetadata } from '@ai-sdk/provider'
import { BrokenAnswerError, type SdkAnswer } from './reply.ts'

interface Block {
  readonly type: 'text' | 'reasoning'
  text: string
  metadata: SharedV4ProviderMetadata | undefined
}

type Ending = Omit<SdkAnswer, 'content'>

/**
 * Gathers a streamed answer, and hands over its text piece by piece.
 * @throws {BrokenAnswerError} when the stream ends without its ending; and whatever error the stream carries.
 */
export async function gather(
  stream: ReadableStream<LanguageModelV4StreamPart>,
  onText: (text: string) => void,
): Promise<SdkAnswer> {
  const answer = new StreamedAnswer(onText)
  const reader = stream.getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) answer.take(next.value)
    return answer.whole()
  } finally {
    // After an error the provider may hold the connection open. Nobody waits for it to be closed, or minds if it broke.
    reader.cancel().catch(() => undefined)
  }
}

class StreamedAnswer {
  readonly #onText: (text: string) => void
  /** In the order in which they began, as the provider wants them back. */
  readonly #content: (Block | LanguageModelV4Content)[] = []
  readonly #open = new Map<string, Block>()
  #ending: Ending | null = null

  constructor(onText: (text: string) => void) {
    this.#onText = onText
  }

  take(part: LanguageModelV4StreamPart): void {
    if (part.type === 'text-start' || part.type === 'reasoning-start') this.#begin(part)
    else if (part.type === 'text-delta' || part.type === 'reasoning-delta') this.#add(part)
    else if (part.type === 'text-end' || part.type === 'reasoning-end') this.#note(part)
    else if (part.type === 'tool-call') this.#content.push(part)
    else if (part.type === 'finish') this.#ending = { finishReason: part.finishReason, usage: part.usage }
    else if (part.type === 'error') throw part.error
  }

  whole(): SdkAnswer {
    if (!this.#ending) throw new BrokenAnswerError('The stream broke off before the answer was whole')
    return { ...this.#ending, content: this.#content.map(contentFrom) }
  }

  #begin(part: PartOfBlock): void {
    const block = { type: blockType(part), text: '', metadata: part.providerMetadata }
    this.#open.set(blockKey(part), block)
    this.#content.push(block)
  }

  #add(part: PartOfBlock & { readonly delta: string }): void {
    const block = this.#note(part)
    if (block) block.text += part.delta
    if (block?.type === 'text') this.#onText(part.delta)
  }

  /** Keeps the newest metadata: a signature comes with the last piece. */
  #note(part: PartOfBlock): Block | undefined {
    const block = this.#open.get(blockKey(part))
    if (block && part.providerMetadata) block.metadata = { ...block.metadata, ...part.providerMetadata }
    return block
  }
}

interface PartOfBlock {
  readonly type: string
  readonly id: string
  readonly providerMetadata?: SharedV4ProviderMetadata
}

function blockType({ type }: PartOfBlock): Block['type'] {
  return type.startsWith('text') ? 'text' : 'reasoning'
}

/** Text and reasoning may number their blocks alike. */
function blockKey(part: PartOfBlock): string {
  return `${blockType(part)}/${part.id}`
}

function contentFrom(content: Block | LanguageModelV4Content): LanguageModelV4Content {
  if (!('metadata' in content)) return content
  const { type, text, metadata } = content
  return metadata === undefined ? { type, text } : { type, text, providerMetadata: metadata }
}
