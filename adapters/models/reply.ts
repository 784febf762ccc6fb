import type { AssistantPart, ToolCall } from '#domain/agent/message.ts'
import type { ModelReply } from '#ports/model.ts'
import { BrokenAnswerError } from './answer-error.ts'
import { type Ending, endingFrom } from './finish-reason.ts'
import { RefusalError, tellsOfError } from './refusal.ts'
import type { WireAnswer } from './wire-format.ts'

const LONGEST_REASON = 100

/**
 * What an answer means, whichever format it came in.
 * @throws {RefusalError} when it carries an error, instead of its end or beside it.
 * @throws {BrokenAnswerError} when there is nothing in it to go on with.
 */
export function replyFrom({ parts, finish, usage, error }: WireAnswer): ModelReply {
  const ending = endingFrom(finish)
  if (tellsOfError({ error })) throw new RefusalError({ status: 200, headers: {} }, { error })
  if (ending === 'error') throw new BrokenAnswerError(`The answer ended early (${finish})`)
  const kept = usableParts(parts, ending)
  const callsTools = kept.some(({ type }) => type === 'tool_call')
  if (!callsTools) checkWords(kept, ending)
  return {
    message: { role: 'assistant', parts: kept },
    // Some servers say "stop" of an answer that calls tools.
    finishReason: callsTools && ending === 'stop' ? 'tool_calls' : ending,
    ...(finish !== '' && { rawFinishReason: finish.slice(0, LONGEST_REASON).toWellFormed() }),
    usage,
  }
}

/**
 * Without texts of white space and halves of characters, which providers refuse to take back. Without calls that call
 * nothing or may be cut off.
 */
function usableParts(parts: readonly AssistantPart[], ending: Ending): readonly AssistantPart[] {
  const said = parts
    .map(wellFormedPart)
    .filter((part) => (part.type === 'tool_call' ? isCall(part) : saysSomething(part)))
  if (ending === 'content_filter') return said.filter(({ type }) => type !== 'tool_call')
  return ending === 'length' && said.at(-1)?.type === 'tool_call' ? said.slice(0, -1) : said
}

function wellFormedPart(part: AssistantPart): AssistantPart {
  if (part.type !== 'tool_call') return { ...part, text: part.text.toWellFormed() }
  return { ...part, id: part.id.toWellFormed(), name: nameIn(part.name.toWellFormed()) }
}

/** Models write signs of their own format around a name (gpt-oss, Kimi), none of which a tool's name may hold. */
function nameIn(written: string): string {
  return written
    .trim()
    .replace(/^functions?[.:]/, '')
    .replace(/(?:<\|.*|:\d+)$/s, '')
}

/** Some servers fill in the members of a call where there is none. */
function isCall({ name, input }: ToolCall): boolean {
  return name !== '' || typeof input === 'string' || Object.keys(input ?? {}).length > 0
}

/** Reasoning goes back by what the provider gave with it (a signature, an encrypted form), even where its words are not shown. */
function saysSomething({ type, text, provider }: Exclude<AssistantPart, ToolCall>): boolean {
  return text.trim() !== '' || (type === 'reasoning' && provider !== undefined)
}

/** An answer without calls must say something, or say why it does not. */
function checkWords(parts: readonly AssistantPart[], ending: Ending): void {
  if (ending === 'tool_calls') throw new BrokenAnswerError('The answer ended in order to call tools, and called none')
  const isEmpty = !parts.some(({ type }) => type === 'text')
  if (isEmpty && (ending === 'stop' || ending === 'other')) throw new BrokenAnswerError('The answer was empty')
}
