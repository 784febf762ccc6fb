import * as z from 'zod'

/** A text with which a check finds no problem. */
export function checked(problemWith: (text: string) => string | null) {
  return z.string().superRefine((text, context) => {
    const problem = problemWith(text)
    if (problem !== null) context.addIssue(problem)
  })
}
