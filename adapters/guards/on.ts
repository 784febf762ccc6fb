import type { Guard } from '#domain/write/guard.ts'

/**
 * A guard of one field of what is written: `on('descriptionHtml', keepsLinks())`. A field that is absent before counts
 * as nothing; one that is absent after is not looked at.
 */
export function on<Field extends string, Value>(
  field: Field,
  guard: Guard<Value>,
): Guard<Readonly<Partial<Record<Field, Value>>>> {
  return (before, after) => {
    const value = after[field]
    const problem = value === undefined ? null : guard(before?.[field] ?? null, value)
    return problem === null ? null : `${field}: ${problem}`
  }
}
