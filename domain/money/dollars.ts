/** As it is shown of calls: `costMicros` with the calls that it lacks. */
export interface ShownCost {
  readonly costMicros: number | null
  readonly unpricedCalls: number
}

/** `$1,204.50`, `$0.0038` or `unknown`; `at least $1.20` where some calls have no price. */
export function costText({ costMicros, unpricedCalls }: ShownCost): string {
  if (costMicros === null) return 'unknown'
  return unpricedCalls > 0 ? `at least ${dollars(costMicros)}` : dollars(costMicros)
}

/** A small amount has more digits. */
export function dollars(micros: number): string {
  const maximumFractionDigits = micros >= 1_000_000 ? 2 : micros >= 10_000 ? 4 : 6
  const format = { style: 'currency', currency: 'USD', minimumFractionDigits: 2, maximumFractionDigits } as const
  return (micros / 1_000_000).toLocaleString('en', format)
}
