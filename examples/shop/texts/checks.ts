import { isInLanguage, keepsHtml, keepsNumbers, lengthBetween, makesNoClaims } from 'errand/guards'
import type { Language } from '../catalog/product.ts'

/** What sends a description back to the model. */
export const DESCRIPTION_GUARDS = [keepsNumbers(), lengthBetween(20, 8000)]

/** What a person is shown beside it. */
export function descriptionFlags(language: Language) {
  return { html: keepsHtml(), claims: makesNoClaims(), language: isInLanguage(language) }
}
