/** `1,204`. */
export function amount(count: number): string {
  return count.toLocaleString('en')
}

/** `1 job`, `1,204 jobs`. */
export function counted(count: number, one: string): string {
  return `${amount(count)} ${count === 1 ? one : `${one}s`}`
}
