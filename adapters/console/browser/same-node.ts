/** What of a node decides which node of another page it may become. */
export interface Marks {
  readonly name: string
  readonly id: string
  /** Where a form posts to, or a row of a table leads to first; `''` for all else. */
  readonly target: string
}

/**
 * For each wanted node the place of the one that becomes it; `null` where none may. Only nodes of the same name, id and
 * target match. So a button under the cursor stays that of the same question, and a focused link that of the same job.
 * What is new gets its own.
 */
export function pairs(current: readonly Marks[], wanted: readonly Marks[]): readonly (number | null)[] {
  const free = new Map<string, number[]>()
  for (const [place, marks] of current.entries()) {
    const key = keyOf(marks)
    const places = free.get(key)
    if (places) places.push(place)
    else free.set(key, [place])
  }
  return wanted.map((marks) => free.get(keyOf(marks))?.shift() ?? null)
}

function keyOf({ name, id, target }: Marks): string {
  return JSON.stringify([name, id, target])
}

/** What the visitor has opened, typed or ticked stays. Values that no visitor can change are the page's. */
export function isVisitors(
  attribute: string,
  { name, type }: { readonly name: string; readonly type: string },
): boolean {
  if (attribute === 'open') return true
  if (name !== 'INPUT' || type === 'hidden') return false
  const isBox = type === 'checkbox' || type === 'radio'
  return isBox ? attribute === 'checked' : attribute === 'value'
}
