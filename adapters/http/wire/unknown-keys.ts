import * as z from 'zod'
import { nearestWord } from '#domain/explanation/nearest-word.ts'

const MOST_NAMED = 20

/** What a schema says of names that it does not know: which was likely meant, or which there are. For `error` of a parse. */
export function unknownKeys(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'unrecognized_keys' || !(issue.inst instanceof z.ZodObject)) return undefined
  const known = Object.keys(issue.inst.shape)
  const [first = ''] = issue.keys
  const meant = nearestWord(first, known)
  const written = issue.keys.slice(0, 3).map((key) => JSON.stringify(key.slice(0, 50)))
  const what = `Unrecognized key${issue.keys.length === 1 ? '' : 's'}: ${written.join(', ')}`
  if (meant !== null) return `${what}. Did you mean "${meant}"?`
  if (known.length === 0) return `${what}. There are none here`
  return `${what}. There are ${known.slice(0, MOST_NAMED).join(', ')}${known.length > MOST_NAMED ? ' and more' : ''}`
}
