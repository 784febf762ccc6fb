import { defineWrite } from '#domain/write/definition.ts'
import { Text } from '#test/support/writing.ts'
import type { MortalProcess } from './mortal.ts'

interface Put {
  readonly handle: string
  readonly from: string | null
  readonly to: string | null
}

/** The texts of a shop, which outlive every process. It notes each write that may not be. */
export class WatchedShop {
  readonly texts = new Map<string, string>()
  readonly violations: string[] = []
  readonly #first = new Map<string, string | null>()
  /** What the shop makes of a text that it is given, where that is something else. */
  readonly forms = new Map<string, string>()
  /** How often a text was really changed by a tool. */
  changes = 0
  /** Called before a text is written, and after; what it throws is what the tool gets. */
  onWrite: (when: 'before' | 'after') => void = () => undefined

  textOf(handle: string): string | null {
    return this.texts.get(handle) ?? null
  }

  /** What was there at the first look, whatever is there now. */
  firstSeen(handle: string): string | null {
    const known = this.#first.get(handle)
    const text = known === undefined ? this.textOf(handle) : known
    this.#first.set(handle, text)
    return text
  }

  set(handle: string, text: string | null): void {
    if (text === null) this.texts.delete(handle)
    else this.texts.set(handle, text)
  }

  /** @param seen is what the process has read there since its last write; `undefined` where it has not. */
  put({ handle, from, to: given }: Put, seen: string | null | undefined): string | null {
    this.onWrite('before')
    const now = this.textOf(handle)
    const to = given === null ? null : (this.forms.get(given) ?? given)
    if (seen === undefined) this.violations.push(`${handle} was written without a look`)
    if (now === to) this.violations.push(`${handle} was written again`)
    else if (now !== from) this.violations.push(`"${String(now)}" was written over`)
    this.set(handle, to)
    this.changes++
    this.onWrite('after')
    return to
  }
}

/** Deliberate bugs, which the matrix must notice. */
export const WRITE_MUTATIONS = ['a try does not look again', 'an undo writes what was read last'] as const

export type WriteMutation = (typeof WRITE_MUTATIONS)[number]

interface WriteToolOptions {
  readonly process: MortalProcess
  readonly mutation?: WriteMutation | null | undefined
}

/** The write of a process that dies where `process` does. */
export function watchedWrite(shop: WatchedShop, { process, mutation }: WriteToolOptions) {
  const seen = new Map<string, string | null>()
  return defineWrite<{ handle: string; text: string }, string>({
    name: 'describe',
    description: 'Writes the text of a product.',
    input: Text,
    target: ({ handle }) => `product:${handle}`,
    read: ({ handle }) =>
      process.call(() => {
        const text = mutation === 'a try does not look again' ? shop.firstSeen(handle) : shop.textOf(handle)
        seen.set(handle, text)
        return Promise.resolve(text)
      }),
    after: ({ text }) => text,
    same: (found, written) => withoutSpace(found) === withoutSpace(written),
    write: ({ handle }, { before, after }) =>
      process.call(() => {
        const to = mutation === 'an undo writes what was read last' ? (seen.get(handle) ?? null) : after
        const stored = shop.put({ handle, from: before, to }, seen.get(handle))
        seen.delete(handle)
        return Promise.resolve(shop.forms.size > 0 ? { stored } : undefined)
      }),
  })
}

function withoutSpace(text: string | null): string | null {
  return text?.replaceAll(/\s/g, '') ?? null
}
