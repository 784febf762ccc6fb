import type { JsonValue } from '#domain/json/json.ts'
import type { Proposal } from '../../client/types.ts'
import { inWords } from '../client-error.ts'
import { CliError } from '../server-call.ts'
import { withoutControls } from '#adapters/web/without-controls.ts'
import { type Filters, queryOf } from './filters.ts'
import { KeyReader } from './key-reader.ts'
import { proposalText } from './proposal-text.ts'
import type { ProposalWorld, Terminal } from './proposal-world.ts'
import { valueOf, valueText } from './value-text.ts'

const KEYS = 'a approve · r reject · e edit and approve · s skip · u undo · q quit · ? help'

const HELP = `
  a  approve it as it is
  r  reject it; asks for a reason, which may be empty
  e  edit it in $VISUAL or $EDITOR, and approve what you have written
  s  skip it, and leave it as it is
  u  put back what was there, of one that is applied
  q  quit; what you have decided stays decided
`

/** Statuses that a reviewer is asked about unless they name others. */
const TO_REVIEW = ['proposed'] as const

type Outcome = 'approved' | 'rejected' | 'undone' | 'skipped' | 'quit'

/** What a key leads to: how it is said, and what it does. `null` leaves the proposal where it is. */
type Act = (review: Review, proposal: Proposal) => Promise<Outcome | null>

const ACTS: Readonly<Record<string, Act>> = {
  a: async ({ world }, { id, version }) => {
    await world.errand.proposals.approve(id, {}, { version, signal: world.signal })
    return 'approved'
  },
  r: async ({ world, keys }, { id, version }) => {
    world.print('Why? (Enter for no reason, Escape to go back) ')
    const reason = await keys.line(world.print)
    world.print('\n')
    if (reason === null) return null
    const why = reason.trim() === '' ? {} : { reason: reason.trim() }
    await world.errand.proposals.reject(id, why, { version, signal: world.signal })
    return 'rejected'
  },
  e: (review, proposal) => review.edit(proposal),
  u: async ({ world }, { id, version }) => {
    await world.errand.proposals.undo(id, { version, signal: world.signal })
    return 'undone'
  },
  s: () => Promise.resolve('skipped'),
  q: () => Promise.resolve('quit'),
  interrupt: () => Promise.resolve('quit'),
}

/** Shows one proposal at a time, and does what the person says with a key. @throws {CliError} without a terminal. */
export async function reviewProposals(world: ProposalWorld, filters: Filters): Promise<void> {
  const { terminal } = world
  if (terminal === null) {
    throw new CliError(
      'A review needs a terminal for its keys. Without one, use "errand proposals export" and "import", or "approve" and "reject" with ids or filters.',
    )
  }
  const review = new Review(world, terminal)
  try {
    await review.run({ status: TO_REVIEW, ...filters })
  } finally {
    review.keys.close()
  }
}

class Review {
  readonly world: ProposalWorld
  readonly keys: KeyReader
  readonly #terminal: Terminal
  readonly #counts = new Map<Outcome, number>()
  /** What the person has written of the proposal in hand, and the server has refused. */
  #draft: string | null = null

  constructor(world: ProposalWorld, terminal: Terminal) {
    this.world = world
    this.#terminal = terminal
    this.keys = new KeyReader(terminal.keys)
  }

  async run(filters: Filters): Promise<void> {
    const { errand, note, signal } = this.world
    let seen = 0
    for await (const proposal of errand.proposals.list(queryOf(filters), { signal })) {
      seen++
      const outcome = await this.#decide(proposal)
      this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + 1)
      if (outcome === 'quit') break
    }
    note(seen === 0 ? 'There are no such proposals.\n' : this.#summary())
  }

  /** Asks until something has become of it. */
  async #decide(proposal: Proposal): Promise<Outcome> {
    const { print, paint, hasColours } = this.world
    this.#draft = null
    print(`\n${proposalText(proposal, { width: this.#terminal.columns(), paint, hasColours })}\n${paint.faint(KEYS)}\n`)
    for (;;) {
      const { name } = await this.keys.next()
      const act = ACTS[name]
      if (!act) {
        if (name === '?') print(HELP)
        continue
      }
      const outcome = await this.#tried(() => act(this, proposal))
      if (outcome === null) continue
      if (outcome !== 'quit') print(`${outcome}\n`)
      return outcome
    }
  }

  async edit(proposal: Proposal): Promise<Outcome | null> {
    const { print } = this.world
    const { id, after, version } = proposal
    const before = valueText(after)
    const isHtml = /<\/?[a-z]/i.test(before)
    const suffix = typeof after !== 'string' && after !== null ? '.json' : isHtml ? '.html' : '.txt'
    const written = await this.keys.aside(() => this.#terminal.edit(this.#draft ?? before, suffix))
    // Editors end a file with a line feed.
    const text = before.endsWith('\n') ? written : written.replace(/\r?\n$/, '')
    if (text === before) {
      print('You have changed nothing. Approve it with "a".\n')
      return null
    }
    this.#draft = text
    const edited: JsonValue = valueOf(text, after)
    await this.world.errand.proposals.approve(id, { after: edited }, { version, signal: this.world.signal })
    return 'approved'
  }

  /** What the server refuses is said, and the proposal stays. */
  async #tried(work: () => Promise<Outcome | null>): Promise<Outcome | null> {
    try {
      return await work()
    } catch (error) {
      const said = inWords(error)
      if (!(said instanceof CliError)) throw error
      this.world.print(`${this.world.paint.bad(withoutControls(said.message))}\n`)
      return null
    }
  }

  #summary(): string {
    const counts = (['approved', 'rejected', 'undone', 'skipped'] as const)
      .filter((outcome) => this.#counts.has(outcome))
      .map((outcome) => `${String(this.#counts.get(outcome))} ${outcome}`)
    const next = this.#counts.has('approved') ? 'Nothing is written yet: "errand proposals apply" does that.\n' : ''
    return `${counts.length === 0 ? 'Nothing was decided' : counts.join(', ')}.\n${next}`
  }
}
