import { type AssistantMessage, textOf } from '#domain/agent/message.ts'

/** Hands over the text of an answer as it comes. */
export class LiveText {
  readonly #onText: (text: string) => void
  /** The first half of a character whose second half comes with the next piece. */
  #half = ''
  #hasPassed = false

  constructor(onText: (text: string) => void) {
    this.#onText = onText
  }

  readonly take = (piece: string): void => {
    const text = this.#half + piece
    const isCut = /[\ud800-\udbff]$/.test(text)
    this.#half = isCut ? text.slice(-1) : ''
    this.#pass(isCut ? text.slice(0, -1) : text)
  }

  /** Hands over what is missing in the end: the rest, or all of an answer that came whole. */
  finish(message: AssistantMessage): void {
    this.#pass(this.#half)
    if (!this.#hasPassed) this.#pass(textOf(message))
  }

  #pass(text: string): void {
    if (text === '') return
    this.#hasPassed = true
    this.#onText(text.toWellFormed())
  }
}

/**
 * For the pieces of one text: passes them on once they hold a word. Text of white space alone is no part of the answer.
 */
export function fromFirstWord(onText: (text: string) => void): (piece: string) => void {
  let start = ''
  let isSpoken = false
  return (piece) => {
    if (!isSpoken) start += piece
    if (isSpoken) onText(piece)
    else if (piece.trim() !== '') {
      isSpoken = true
      onText(start)
    }
  }
}
