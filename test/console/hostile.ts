import { expect } from 'vitest'

/** What a model or a caller may write, and a page must not take for markup. */
export const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`

/** The page shows it, and all of it as text. */
export function expectHarmless(html: string): void {
  expect(html).toContain('&lt;script&gt;alert(1)')
  expect(html).not.toContain('<script>alert')
  expect(html).not.toContain('<img src=x')
}
