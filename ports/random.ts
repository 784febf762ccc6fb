/** Chance. */
export interface Random {
  /** From 0 to less than 1. */
  fraction(): number
}
