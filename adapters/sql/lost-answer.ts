import { StorageUnavailableError } from '#domain/storage/errors.ts'

/**
 * What a commit has done, also where its answer was lost: then `look` says it.
 * @throws {StorageUnavailableError} where `look` finds nothing done, and what both throw otherwise.
 */
export async function despiteLostAnswer(
  commit: () => Promise<boolean>,
  look: () => Promise<boolean>,
): Promise<boolean> {
  try {
    return await commit()
  } catch (error) {
    if (!(error instanceof StorageUnavailableError) || !(await look())) throw error
    return true
  }
}

/** Does `work` again, once, where its answer may have been lost. It must be harmless to repeat. */
export async function onceMore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof StorageUnavailableError)) throw error
    return work()
  }
}
