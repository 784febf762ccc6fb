import { expect, test } from 'vitest'
import { isInLanguage, keepsHtml, keepsNumbers, lengthBetween, makesNoClaims } from 'errand/guards'

const OLD =
  '<p>En mjuk filt i ren ull från Dalarna. <a href="/care">Skötsel</a>: tvätta den i 30 °C och låt den torka plant.</p>'

test('the guards run in workerd', () => {
  const guards = [keepsHtml(), keepsNumbers(), makesNoClaims(), lengthBetween(10, 200), isInLanguage('sv')]
  const problems = (after: string) => guards.map((guard) => guard(OLD, after) !== null)
  expect(problems(OLD)).toEqual([false, false, false, false, false])
  expect(problems('The best blanket')).toEqual([true, true, true, false, false])
  expect(problems('A soft blanket in pure wool from Dalarna. '.repeat(6))).toEqual([true, true, false, true, true])
})
