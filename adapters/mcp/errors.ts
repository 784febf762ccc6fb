/** What goes wrong with a server. Its message is for the model and the log: it holds no secret and no URL. */
export class McpCallError extends Error {
  override readonly name = 'McpCallError'
  /** The server may have done what it was asked to do. */
  readonly mayHaveHappened: boolean

  constructor(message: string, { mayHaveHappened = false }: { readonly mayHaveHappened?: boolean } = {}) {
    super(message)
    this.mayHaveHappened = mayHaveHappened
  }
}

/** Of an answer that Errand does not take. */
export class AnswerRefusedError extends Error {}

const LONGEST = 500

/** Of the whole message, so that no server fills the transcript. */
export function clipped(text: string, most = LONGEST): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`
}
