import type { Usage } from '#domain/agent/usage.ts'

/** A call that brought no answer that can be used. */
export abstract class AnswerError extends Error {
  /** Tokens that it has cost all the same, where the provider said so. */
  usage: Usage | undefined
}

/** The server answers in a format that is not understood, and would do so again. */
export class ForeignAnswerError extends AnswerError {
  override readonly name = 'ForeignAnswerError'
}

/** The provider ended the answer before it was whole, or with nothing in it that can be used. */
export class BrokenAnswerError extends AnswerError {
  override readonly name = 'BrokenAnswerError'
}
