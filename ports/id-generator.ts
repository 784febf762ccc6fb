/** Identity. An implementation is correct when `test/contracts/id-generator.contract.ts` passes. */
export interface IdGenerator {
  /** `prefix_` and 26 characters that sort by time of making and hold at least 80 random bits. */
  newId(prefix: 'job' | 'run' | 'exec' | 'op' | 'bat'): string
}
