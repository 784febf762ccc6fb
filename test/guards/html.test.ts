import { describe, expect, test } from 'vitest'
import { keepsClasses, keepsHeadings, keepsHtml, keepsImages, keepsLinks, keepsTables } from '#adapters/guards/html.ts'

const OLD = `<h2 class="title">Filt</h2><p class="lead big">Ull. <a href="/care?x=1&amp;y=2">Skötsel</a></p>
<img src="a.jpg"><table><tr><th>Mått</th><td>1</td></tr><tr><td colspan="2">2</td></tr></table>
<iframe src="https://video.example/1"></iframe><h3>Mer</h3>`

describe('each part of the HTML', () => {
  test.each([
    {
      guard: keepsLinks(),
      after: OLD.replace('<a href="/care?x=1&amp;y=2">Skötsel</a>', ''),
      says: 'links of the old text (missing: /care?x=1&y=2)',
    },
    {
      guard: keepsLinks(),
      after: OLD.replace('/care?x=1&amp;y=2', '/sale'),
      says: 'links of the old text (missing: /care?x=1&y=2; added: /sale)',
    },
    {
      guard: keepsImages(),
      after: OLD.replace('<img src="a.jpg">', ''),
      says: 'images of the old text (missing: a.jpg)',
    },
    {
      guard: keepsTables(),
      after: OLD.replace('<tr><td colspan="2">2</td></tr>', ''),
      says: 'tables of the old text (missing: 2 rows with 3 cells; added: 1 rows with 2 cells)',
    },
    {
      guard: keepsHeadings(),
      after: OLD.replaceAll('h3', 'h4'),
      says: 'headings of the old text (missing: h3; added: h4)',
    },
    {
      guard: keepsClasses(),
      after: OLD.replace(' class="title"', ''),
      says: 'classes of the old text (missing: title)',
    },
  ])('$says', ({ guard, after, says }) => {
    expect(guard(OLD, OLD)).toBeNull()
    expect(guard(OLD, after)).toBe(`Keep the ${says}.`)
  })

  test('a link that stands twice stands twice after', () => {
    expect(keepsLinks()('<a href="a">1</a><a href="a">2</a>', '<a href="a">1</a>')).toBe(
      'Keep the links of the old text (missing: a).',
    )
  })

  test.each([
    ['<img class="lazy" data-src="b.jpg">', 'b.jpg'],
    ['<img src="x.gif" srcset="b.jpg 2x">', 'b.jpg 2x'],
    ['<picture><source srcset="b.webp"></picture>', 'b.webp'],
  ])('%s is an image with an address', (before, lost) => {
    const after = before.replace(/ (?:data-src|srcset)="[^"]*"/, '')
    expect(keepsImages()(before, after)).toContain(`missing: ${lost}`)
  })

  test.each([
    ['<img src="a.jpg" srcset="a.jpg 1x,\n  b.jpg 2x">', '<img srcset="a.jpg 1x, b.jpg 2x" src="a.jpg">'],
    ['<a href="/a?x=1&y=2" target="_blank">x</a>', '<A HREF=" /a?x=1&amp;y=2">y</A>'],
    [
      '<table><tr><td><table><tr><td>1</table></table>',
      '<table><tr><td><table><tr><td>2</td></tr></table></td></tr></table>',
    ],
    ['<p class="MsoNormal x_MsoBody">x</p>', '<p>x</p>'],
    ['<p class="p1"><span class="s1 Apple-converted-space">x</span></p>', '<p>x</p>'],
    ['<table><tr><td class="xl65">1</table>', '<table><tr><td>1</table>'],
    ['<a name="_Toc12"></a><b id="docs-internal-guid-7">x</b>', '<b>x</b>'],
  ])('%s may become %s', (before, after) => {
    expect(keepsHtml()(before, after)).toBeNull()
  })

  test.each([
    [
      '<a href="#size">s</a><h2 id="size">S</h2>',
      '<a href="#size">s</a><h2>S</h2>',
      'ids and anchors of the old text (missing: size)',
    ],
    ['<a name="size"></a>', '', 'ids and anchors of the old text (missing: size)'],
    ['<p class="MsoNormal lead">x</p>', '<p class="MsoNormal">x</p>', 'classes of the old text (missing: lead)'],
    [
      '<table><tr><td><table><tr><td>1</table></table>',
      '<table><tr><td>1</table>',
      'tables of the old text (missing: 1 rows with 1 cells)',
    ],
    [
      '<picture><source srcset="a.webp"><img src="a.jpg"></picture>',
      '<img src="a.jpg">',
      'images of the old text (missing: a.webp)',
    ],
  ])('%s may not become %s', (before, after, says) => {
    expect(keepsHtml()(before, after)).toBe(`Keep the ${says}.`)
  })

  test('what stands only once in a class list may stand on another element', () => {
    expect(keepsClasses()('<p class="a b">x</p>', '<p class="b">x</p><p class="a">y</p>')).toBeNull()
  })
})

describe('keepsHtml', () => {
  test('passes other words in the same markup', () => {
    expect(keepsHtml()(OLD, OLD.replace('Ull.', 'Mjuk svensk ull.').replace('Mer', 'Bra att veta'))).toBeNull()
  })

  test.each([
    ['a script', '<script>x()</script>', 'script'],
    ['a frame', '<iframe src="https://evil.example"></iframe>', 'iframe https://evil.example'],
    ['an event attribute', '<p onclick="x()">x</p>', 'onclick'],
    ['a script in a link', '<p cite=" javascript:x()">x</p>', 'cite="javascript:x()"'],
  ])('says when %s is added', (_what, added, found) => {
    expect(keepsHtml()(OLD, OLD + added)).toBe(
      `Keep the scripts, frames and other embedded content of the old text (added: ${found}).`,
    )
  })

  test('leaves alone what is allowed to change', () => {
    const after = OLD.replaceAll('h3', 'h4').replace('a.jpg', 'b.jpg')
    expect(keepsHtml({ allow: ['headings', 'images'] })(OLD, after)).toBeNull()
    expect(keepsHtml({ allow: ['headings'] })(OLD, after)).toBe(
      'Keep the images of the old text (missing: a.jpg; added: b.jpg).',
    )
  })

  test('nothing before: nothing but words may come', () => {
    expect(keepsHtml()(null, '<p>Ny text</p>')).toBeNull()
    expect(keepsHtml()(null, '<a href="/x">Ny</a>')).toBe('Keep the links of the old text (added: /x).')
  })

  test('lists five of many', () => {
    const links = Array.from({ length: 7 }, (_, index) => `<a href="${String(index)}">x</a>`).join('')
    expect(keepsLinks()(links, '')).toBe('Keep the links of the old text (missing: 0, 1, 2, 3, 4 and 2 more).')
  })
})
