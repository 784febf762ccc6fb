/**
 * Changes records of one kind, each where it lives. A change is compare-and-set, and is decided again when another
 * writer was first.
 */
export interface RecordCommands<C, A> {
  /** @throws what the decision throws, and {VersionConflictError} when other writers were first too often. */
  execute(id: string, command: C): Promise<A>
}
