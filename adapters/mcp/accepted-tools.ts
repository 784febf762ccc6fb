import { McpCallError } from './errors.ts'
import { type PinnedTool, textOf } from './pins.ts'
import type { McpSession } from './session.ts'

/** How long one list of a server counts. */
const LISTED_MS = 300_000

/** Refuses a tool whose definition is another one than the author has accepted. Lists the tools when it is first asked. */
export class AcceptedTools {
  readonly #host: string
  readonly #now: () => number
  #listed: { readonly at: number; readonly texts: ReadonlyMap<string, string> } | null = null

  constructor(host: string, now: () => number = Date.now) {
    this.#host = host
    this.#now = now
  }

  /** @throws {McpCallError} for a tool that has changed or is gone, and what `list` throws. */
  async check(pinned: PinnedTool, session: Pick<McpSession, 'list'>): Promise<void> {
    const problem = await this.problemWith(pinned, session)
    if (problem !== null) throw new McpCallError(problem)
  }

  /** `null` while the definition is the accepted one. @throws what `list` throws. */
  async problemWith(pinned: PinnedTool, session: Pick<McpSession, 'list'>): Promise<string | null> {
    const text = (await this.#texts(session)).get(pinned.name)
    if (text === textOf(pinned)) return null
    const what = text === undefined ? 'is gone' : 'has changed since it was accepted'
    return (
      `The tool "${pinned.name}" of the MCP server at ${this.#host} ${what}, so it is not called. ` +
      'An operator must look at the change and accept it with "errand mcp pin".'
    )
  }

  async #texts(session: Pick<McpSession, 'list'>): Promise<ReadonlyMap<string, string>> {
    if (this.#listed && Math.abs(this.#now() - this.#listed.at) < LISTED_MS) return this.#listed.texts
    const texts = new Map((await session.list()).map((tool) => [tool.name, textOf(tool)]))
    this.#listed = { at: this.#now(), texts }
    return texts
  }
}
