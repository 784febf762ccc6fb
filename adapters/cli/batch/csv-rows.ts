import Papa from 'papaparse'
import { CliError } from '../server-call.ts'

export interface CsvForm {
  readonly delimiter: string
  readonly newline: '\n' | '\r\n'
}

interface Parsed {
  readonly data: readonly (readonly string[])[]
  readonly errors: readonly { readonly code: string }[]
  readonly meta: { readonly cursor: number }
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
 * @throws {CliError} for bytes that are not UTF-8, and for a quote without its end.
 */
export async function* csvRows(bytes: AsyncIterable<Uint8Array>, form: CsvForm): AsyncGenerator<readonly string[]> {
  const parser = new Papa.Parser(form)
  const utf8 = new Utf8()
  let rows = 0
  let rest = ''
  const parsed = (isLast: boolean): Parsed['data'] => {
    const { data, errors, meta } = parser.parse(rest, 0, !isLast) as Parsed
    rest = rest.slice(meta.cursor)
    const isUnended = rest.length > MOST_CHARACTERS || errors.some(({ code }) => code === 'MissingQuotes')
    if (isUnended)
      throw new CliError(`A quote that begins after row ${String(rows + data.length - Number(isLast))} has no end.`)
    rows += data.length
    return data
  }
  for await (const part of bytes) {
    rest += utf8.read(part, false)
    yield* parsed(false)
  }
  rest += utf8.read(new Uint8Array(), true)
  yield* parsed(true)
}
