import { type Handler, Parser } from 'htmlparser2'

/** As many as browsers nest. The parser's work grows with the square of it. */
const MOST_OPEN = 512

export class HtmlTooDeepError extends Error {
  override readonly name = 'HtmlTooDeepError'

  constructor() {
    super(`The HTML has more than ${String(MOST_OPEN)} elements inside of each other. Close those that end.`)
  }
}

type HtmlReader = Pick<Partial<Handler>, 'onopentagname' | 'onopentag' | 'ontext' | 'onclosetag'>

/** Reads a whole text, as it stands. @throws {HtmlTooDeepError} */
export function readHtml(html: string, reader: HtmlReader): void {
  let open = 0
  const parser = new Parser({
    ...reader,
    onopentag: (name, attributes, isImplied) => {
      open++
      if (open > MOST_OPEN) throw new HtmlTooDeepError()
      reader.onopentag?.(name, attributes, isImplied)
    },
    onclosetag: (name, isImplied) => {
      open--
      reader.onclosetag?.(name, isImplied)
    },
  })
  parser.end(html)
}
