/** What is known of a form that is about to be sent. */
export interface Sending {
  /** The same object each time, also after a live refresh. */
  readonly form: object
  /** `get` for a form that only looks. */
  readonly method: string
  /** Asked before; `undefined` where nothing is. */
  readonly question: string | undefined
}

/** Lets each form that changes something go once, until its answer is there. */
export class Submits {
  #sent = new WeakSet()
  readonly #confirm: (question: string) => boolean

  constructor(confirm: (question: string) => boolean) {
    this.#confirm = confirm
  }

  /** Whether the form may go. */
  take({ form, method, question }: Sending): boolean {
    if (this.#sent.has(form)) return false
    if (question !== undefined && !this.#confirm(question)) return false
    if (method === 'post') this.#sent.add(form)
    return true
  }

  /** The visitor has come back to the page: each form may go again. */
  forget(): void {
    this.#sent = new WeakSet()
  }
}
