/**
 * Looks at what a write would change, before it is proposed or made. Pure, and a value's own: `before` is what is there
 * (`null` where nothing is), `after` is what would be there.
 * @returns a sentence that says what is wrong and what to do, for the model and for the person who reviews; `null` when
 * nothing is.
 */
export type Guard<Value = string> = (before: Value | null, after: Value) => string | null
