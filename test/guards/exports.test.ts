import { expect, test } from 'vitest'
import { makesNoClaims } from '#adapters/guards/claims.ts'
import { keepsHtml } from '#adapters/guards/html.ts'
import { keepsNumbers } from '#adapters/guards/numbers.ts'
import { plainText } from '#adapters/guards/plain-text.ts'

/** As Word and Outlook paste it. */
const WORD = `<p class="MsoNormal" style="margin-bottom:12.0pt"><span lang="SV" style="font-size:11.0pt">Tyngd
185g/m2, mått <st1:metricconverter productid="130 cm" w:st="on">130 x 180&nbsp;&nbsp;cm</st1:metricconverter><o:p></o:p>.</span></p>
<!--[if gte mso 9]><xml><w:Zoom>90</w:Zoom></xml><![endif]-->
<p class="MsoListParagraph" style="text-indent:-18.0pt"><!--[if !supportLists]--><span>·<span>&nbsp;&nbsp;</span></span><!--[endif]-->Tål 40<o:p></o:p>°</p>`

const CLEAN = `<p class="MsoNormal">En filt på 185 g/m², 1300 x 1800 mm.</p><ul class="MsoListParagraph"><li>Tvätt 40 °C</li></ul>`

test("Word's own markup has no numbers of the text, and parts none of them from its unit", () => {
  expect(keepsNumbers()(WORD, CLEAN)).toBeNull()
  expect(keepsNumbers()(WORD, CLEAN.replace('40 °C', '60 °C'))).toBe('The new text lacks what the old one says: 40°.')
  expect(keepsHtml()(WORD, CLEAN)).toBeNull()
})

test('an item of a nested list keeps its numbers to itself', () => {
  const list = '<ul><li>Mått<ul><li>12<li>m</ul></li><li>3 st</li></ul>'
  expect(keepsNumbers()(list, '<p>3, 12</p>')).toBeNull()
  expect(keepsNumbers()(list, '<p>3</p>')).toBe('The new text lacks what the old one says: 12.')
})

test('a soft hyphen hides neither a number nor a claim', () => {
  expect(plainText('milj&ouml;&shy;v&auml;nlig, 1&#8203;000 g')).toBe('miljövänlig, 1000 g')
  expect(makesNoClaims()(null, 'En milj&ouml;&shy;v&auml;nlig filt')).toContain('miljövänlig')
})

test('emoji and data attributes are neither numbers nor anything that must stay', () => {
  const before = '<p data-id="7" data-mce-style="width: 50%">🧺 Tvätt 40° ✅</p>'
  expect(keepsNumbers()(before, '<p>Tvätt 40°</p>')).toBeNull()
  expect(keepsHtml()(before, '<p>Tvätt 40°</p>')).toBeNull()
})
