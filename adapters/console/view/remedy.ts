import { withCode } from '#adapters/http/resources/errors/with-code.ts'
import { EXPLANATIONS } from '#domain/explanation/explanation.ts'
import type { Html } from '../route.ts'

/** What to do about a code. Nothing is known of one that a newer release has written: codes are only shown. */
export function remedyOf(code: string): Html[] {
  return withCode(Object.entries(EXPLANATIONS).find(([known]) => known === code)?.[1].remedy ?? '')
}
