/** What the store knows of one schedule that the author's code has declared. */
export interface DeclaredEntry {
  readonly tenantId: string
  readonly scheduleId: string
  /** Of the declaration: another one means that the schedule has to be changed. */
  readonly fingerprint: string
}

/**
 * The schedules that the code of the last start declared: what a start compares with, without a walk over all
 * schedules. An implementation is correct when
 * `test/contracts/declared-schedules.contract.ts` passes.
 */
export interface DeclaredSchedules {
  list(): Promise<readonly DeclaredEntry[]>

  /** Takes the place of the entry with the same tenant and id. */
  put(entry: DeclaredEntry): Promise<void>

  /** Repeating it changes nothing. */
  remove(entry: Pick<DeclaredEntry, 'tenantId' | 'scheduleId'>): Promise<void>
}
