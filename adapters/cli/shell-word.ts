/** A word of a command that can be pasted into a POSIX shell: quoted where a space or a sign would change it. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
