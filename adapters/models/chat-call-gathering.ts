import { argumentsIn, calledIn } from './called.ts'
import { ExtrasGathering } from './chat-extras.ts'
import { type JsonRecord, idOf, isRecord, numberIn, text } from './json-reading.ts'
import { latestWith, wholeOf } from './repeated-pieces.ts'
import { argumentsFrom } from './tool-arguments.ts'

interface GatheredCall {
  id: string
  readonly index: number | undefined
  name: string
  arguments: unknown
  /** The last piece of the arguments, as long as each piece repeats all that came before it. */
  latest: string | null
  readonly extras: ExtrasGathering
}

/** What a piece says of the call that it belongs to. */
interface Piece extends Pick<GatheredCall, 'id' | 'index' | 'name' | 'arguments'> {
  /** Whether it says that it begins a call. */
  readonly isFirst: boolean
}

/** Servers send the pieces of far fewer calls in turn. To look through all of them would be slow where there are many. */
const MOST_IN_TURN = 100

/** The calls of a chat completion out of their pieces. */
export class ChatCallGathering {
  readonly #calls: GatheredCall[] = []

  get isBegun(): boolean {
    return this.#calls.length > 0
  }

  /** Of one chunk. */
  take(pieces: readonly JsonRecord[]): void {
    const named = new Set<GatheredCall>()
    for (const piece of pieces) this.#takePiece(piece, named)
  }

  calls(): readonly JsonRecord[] {
    return this.#calls.map(({ id, extras, name, arguments: all, latest }) => ({
      ...extras.fields(),
      id,
      function: { name, arguments: wholeOf(all, latest) },
    }))
  }

  #takePiece(delta: JsonRecord, named: Set<GatheredCall>): void {
    const called = calledIn(delta)
    const name = text(called['name'])
    const given = argumentsIn(called)
    const piece = {
      id: idOf(delta['id']),
      index: numberIn(delta['index']),
      name,
      arguments: given,
      isFirst: 'type' in delta,
    }
    const call = this.#callFor(piece, named)
    if (name !== '') named.add(call)
    call.name = nameWith(call, name)
    call.extras.take(delta)
    if (typeof given === 'string' && typeof call.arguments === 'string') {
      call.arguments += given
      call.latest = latestWith(call.latest, given)
    } else if (says(given)) call.arguments = given
  }

  /**
   * The call that a piece belongs to. Some servers give all calls the same index, or the same id, or one of the two only.
   * Some make a new id for each piece.
   * @param named calls that have their name from the same chunk: a chunk names no call twice.
   */
  #callFor(piece: Piece, named: ReadonlySet<GatheredCall>): GatheredCall {
    const { index, name } = piece
    const latest = this.#calls.slice(-MOST_IN_TURN)
    const isKnown = latest.some((call) => call.id === piece.id)
    const id = name !== '' || isKnown || index === undefined ? piece.id : ''
    // A piece with a name alone begins a call, unless the last is cut; one without an identifier continues it.
    const canContinue = index !== undefined || id !== '' || name === '' || isCut(latest.at(-1))
    const known = canContinue
      ? latest.findLast((call) => !isOther(call, { ...piece, id }) && !(name !== '' && named.has(call)))
      : undefined
    if (known) {
      known.id ||= piece.id
      return known
    }
    const call = { id: piece.id, index, name: '', arguments: '' as unknown, latest: '', extras: new ExtrasGathering() }
    this.#calls.push(call)
    return call
  }
}

function isOther(call: GatheredCall, piece: Piece): boolean {
  const { id, index, name, isFirst } = piece
  if (index !== undefined && call.index !== undefined && call.index !== index) return true
  if (id !== '') return call.id !== '' && call.id !== id
  if (name === '' || call.name === '') return false
  return call.name === name ? hasOtherArguments(call, piece) : isFirst || call.arguments !== ''
}

/** Whether `piece` brings whole arguments, where those of the call are whole already, and others. */
function hasOtherArguments(call: GatheredCall, piece: Piece): boolean {
  const given = argumentsFrom(piece.arguments)
  // Most pieces hold no whole arguments, and those of the call grow with each.
  if (!isFilled(given)) return false
  const known = argumentsFrom(call.arguments)
  return isFilled(known) && JSON.stringify(known) !== JSON.stringify(given)
}

function isFilled(input: unknown): boolean {
  return isRecord(input) && Object.keys(input).length > 0
}

/** Whether there are arguments, of which the end is missing. */
function isCut(call: GatheredCall | undefined): boolean {
  if (typeof call?.arguments !== 'string' || call.arguments === '') return false
  return !call.arguments.endsWith('}') || typeof argumentsFrom(call.arguments) === 'string'
}

/** Some servers cut names in pieces, and some repeat them. */
function nameWith(call: GatheredCall, piece: string): string {
  if (piece === '' || call.arguments !== '') return call.name || piece
  return piece.startsWith(call.name) ? piece : call.name + piece
}

/** An empty text takes nothing back. */
function says(given: unknown): boolean {
  return given !== undefined && given !== null && given !== ''
}
