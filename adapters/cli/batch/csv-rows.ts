import Papa from 'papaparse'
import { type ParsedCsv, brokenQuote, brokenQuoteIn, lineEndsIn } from '../broken-quote.ts'
import { CliError } from '../server-call.ts'

export interface CsvForm {
  readonly delimiter: string
  readonly newline: '\n' | '\r\n'
}

/** The server takes items of 1 MiB, so a longer row is many rows behind a quote without its end. */
const MOST_CHARACTERS = 2_097_152

/** Text of a file, without its byte order mark. @throws {CliError} for bytes that are not UTF-8. */
export class Utf8 {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })

  /** @param isLast whether no part comes after this one. */
  read(part: Uint8Array, isLast: boolean): string {
    try {
      return this.#decoder.decode(part, { stream: !isLast })
    } catch (cause) {
      throw new CliError('The file is not UTF-8. Save it again as "CSV UTF-8".', { cause })
    }
  }
}

/**
 * The rows of a file, of which one and a part of the file are in memory.
 * @throws {CliError} for bytes that are not UTF-8, and after the rows before it for a quote without its end.
 */
export async function* csvRows(bytes: AsyncIterable<Uint8Array>, form: CsvForm): AsyncGenerator<readonly string[]> {
  const rows = new Rows(form)
  const utf8 = new Utf8()
  for await (const part of bytes) yield* rows.take(utf8.read(part, false), false)
  yield* rows.take(utf8.read(new Uint8Array(), true), true)
}

class Rows {
  readonly #parser: { parse(text: string, from: number, leavesLastRow: boolean): unknown }
  #rest = ''
  #line = 1

  constructor(form: CsvForm) {
    this.#parser = new Papa.Parser(form)
  }

  *take(text: string, isLast: boolean): Generator<readonly string[]> {
    this.#rest += text
    const { data, errors, meta } = this.#parse(isLast)
    const broken = brokenQuoteIn({ data, errors })
    yield* data.slice(0, broken?.row)
    if (broken) throw this.#brokenAt(broken.index)
    this.#line += lineEndsIn(this.#rest.slice(0, meta.cursor))
    this.#rest = this.#rest.slice(meta.cursor)
    if (this.#rest.length > MOST_CHARACTERS) throw this.#brokenAt(brokenQuoteIn(this.#parse(true))?.index)
  }

  #parse(isLast: boolean): ParsedCsv {
    return this.#parser.parse(this.#rest, 0, !isLast) as ParsedCsv
  }

  #brokenAt(index: number | undefined): CliError {
    if (index !== undefined) return brokenQuote(this.#line + lineEndsIn(this.#rest.slice(0, index)))
    return new CliError(`The row on line ${String(this.#line)} is longer than 2 MB.`)
  }
}
