const MOST_INNER = 5
/** More than any sentence, and little enough to be kept. */
const LONGEST = 100_000

/**
 * What a tool threw, as a sentence for the model; never empty, and never throws itself. Causes are for the log: they may name what is none
 * of the model's business.
 */
export function sentenceOf(thrown: unknown, toolName: string): string {
  const said = wordsOf(thrown)
  return said === '' ? `The tool "${toolName}" failed and did not say why.` : said
}

/** What an author's code threw, as an error. Of a revoked Proxy even `instanceof` throws: an error stands for it. */
export function asError(thrown: unknown): Error {
  try {
    if (thrown instanceof Error) return thrown
  } catch {
    return new Error('It threw something that cannot be read.')
  }
  return new Error(wordsOf(thrown), { cause: thrown })
}

function wordsOf(thrown: unknown): string {
  try {
    return said(thrown).slice(0, LONGEST).toWellFormed().trim()
  } catch {
    // A getter, a Proxy or a `toString` that throws.
    return ''
  }
}

function said(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null) return saidByObject(thrown)
  return typeof thrown === 'string' || typeof thrown === 'number' || typeof thrown === 'bigint' ? String(thrown) : ''
}

function saidByObject(thrown: object): string {
  const message = 'message' in thrown && typeof thrown.message === 'string' ? thrown.message : ''
  if (message.trim() !== '') return message
  if (thrown instanceof AggregateError) {
    return [...new Set(thrown.errors.slice(0, MOST_INNER).map(wordsOf))].filter((words) => words !== '').join('; ')
  }
  return thrown instanceof Error && thrown.name !== 'Error' ? thrown.name : ''
}
