/**
 * Encrypts what is stored, with a key that is derived from the secret of the installation.
 * An implementation is correct when `test/contracts/sealer.contract.ts` passes.
 */
export interface Sealer {
  /** @param owner the id of what the text belongs to: it cannot be opened as that of another. */
  seal(text: string, owner: string): Promise<string>

  /** `null` for what was not sealed for this owner, or under another secret. */
  open(sealed: string, owner: string): Promise<string | null>
}
