import * as z from 'zod'

/** What stands in a path. Anything of another form is answered with 404, for there cannot be such a thing. */
export function pathParameter(
  id: string,
  pattern: RegExp,
  shown: { readonly description: string; readonly example: string },
): z.ZodType {
  return z
    .string()
    .regex(pattern)
    .meta({ description: shown.description, examples: [shown.example], param: { id } })
}

export const SEGMENT = /^[^/]+$/
