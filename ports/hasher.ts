/** SHA-256. */
export interface Hasher {
  /** Of the text in UTF-8, as 64 hexadecimal digits in lower case. */
  sha256(text: string): Promise<string>
}
