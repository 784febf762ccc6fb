import { NewerFormatError } from './errors.ts'

/**
 * How stored things outlive releases. Journals, records, API keys and the like each say their format.
 *
 * - A writer says the lowest format that a reader must know to treat it rightly. So what a new feature does not touch is readable for
 *   servers of the release before.
 * - Members may be added within a format if a reader that ignores them is still right. Anything else is a new format, a new event type or a
 *   new word (`wait.reason`, `effect` …).
 * - A reader that meets what it does not know leaves it as it is, logs that, and looks again later; another server may know it.
 * - A released format is read for ever: `test/samples` holds what each release has stored.
 *
 * @param what names the thing at the beginning of a sentence: `Job job_…`.
 * @throws {NewerFormatError}
 */
export function refuseNewer(what: string, { format }: { readonly format: number }, known: number): void {
  if (format > known) throw new NewerFormatError(what, `format ${String(format)}`)
}
