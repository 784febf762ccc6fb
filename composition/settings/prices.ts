import * as z from 'zod'
import { type PriceOverrides, problemWithPrices } from '#domain/money/price.ts'

/** Prices of models by `provider/model`, as JSON: over those of the config, which are over the list prices. */
export const prices = z
  .string()
  .transform((text, context): PriceOverrides => {
    const given = parsed(text)
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      context.addIssue('must be a JSON object of prices by "provider/model"')
      return z.NEVER
    }
    const problem = problemWithPrices(given)
    if (problem !== null) context.addIssue(`is not valid: ${problem}`)
    return given as PriceOverrides
  })
  .default({})

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
