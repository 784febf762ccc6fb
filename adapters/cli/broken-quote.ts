import { CliError } from './server-call.ts'

/** What Papa Parse makes of CSV. */
export interface ParsedCsv {
  readonly data: readonly (readonly string[])[]
  readonly errors: readonly QuoteError[]
  readonly meta: { readonly cursor: number }
}

interface QuoteError {
  readonly code: string
  /** Of `data`. */
  readonly row?: number | undefined
  /** Right after the quote that opens the cell. */
  readonly index?: number | undefined
}

/** The first quote that takes in lines after its own: it has no end, or ends in the middle of another cell. */
export function brokenQuoteIn({ data, errors }: Pick<ParsedCsv, 'data' | 'errors'>): QuoteError | undefined {
  return errors.find(({ code, row = 0 }) => {
    return code === 'MissingQuotes' || (code === 'InvalidQuotes' && data[row]?.some((cell) => cell.includes('\n')))
  })
}

export function lineEndsIn(text: string): number {
  return text.split('\n').length - 1
}

export function brokenQuote(line: number): CliError {
  return new CliError(
    `A quote opens on line ${String(line)} and is not closed, so it takes in the lines after it. ` +
      'Close it, or write a quote within a text twice ("").',
  )
}
