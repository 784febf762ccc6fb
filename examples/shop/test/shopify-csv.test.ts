import { describe, expect, test } from 'vitest'
import { parseShopifyCsv } from '../catalog/shopify-csv.ts'
import { decodeText } from '../catalog/text-encoding.ts'

const HEADER =
  'Handle,Title,Body (HTML),Vendor,Type,Tags,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant Price'

const parse = (...lines: string[]) => parseShopifyCsv(`${lines.join('\n')}\n`, 'SEK')

describe('the product file', () => {
  test('gathers the rows of a handle into one product', () => {
    const csv = [
      'Handle,Title,Body (HTML),Vendor,Type,Tags,Option1 Value,Variant Price',
      'mug,Mugg,"<p>En ""fin"" mugg,\nvit</p>",Acme,Kök,"emalj, mugg",Vit,99.00',
      'mug,,,,,,Blå,99.00',
      'soap,Tvål,,Acme,Bad,,Default Title,49.00',
    ]
    expect(parse(...csv)).toEqual({
      products: [
        {
          handle: 'mug',
          title: 'Mugg',
          vendor: 'Acme',
          type: 'Kök',
          tags: ['emalj', 'mugg'],
          descriptionHtml: '<p>En "fin" mugg,\nvit</p>',
          price: '99.00',
          currency: 'SEK',
          variants: ['Vit', 'Blå'],
        },
        {
          handle: 'soap',
          title: 'Tvål',
          vendor: 'Acme',
          type: 'Bad',
          tags: [],
          descriptionHtml: '',
          price: '49.00',
          currency: 'SEK',
          variants: [],
        },
      ],
      refused: [],
    })
  })

  test('a variant is named by all of its options, and stands once', () => {
    const { products } = parse(
      HEADER,
      'shirt,Shirt,,,,,Size,S,Color,Red,Fabric,Linen,499.00',
      'shirt,,,,,,,S,,Red,,Wool,599.00',
      'shirt,,,,,,,S,,Red,,Wool,599.00',
    )
    expect(products[0]?.variants).toEqual(['S / Red / Linen', 'S / Red / Wool'])
  })

  test('the row with the title is the product, wherever it stands, and others fill what it leaves empty', () => {
    const { products, refused } = parse(
      HEADER,
      'cup,,,,,,,,,,,,',
      'cup,,,,,,,L,,,,,12.00',
      'cup,Cup,<p>d</p>,V,T,,Size,S,,,,,',
    )
    expect(refused).toEqual([])
    expect(products).toMatchObject([{ title: 'Cup', vendor: 'V', price: '12.00', variants: ['L', 'S'] }])
  })

  test.each(['cup ', ' cup', 'CUP', 'cup\u00a0', '"cup "', '"cup\t"', '\u200bcu\u00adp\u0000'])(
    'the handle %j is the handle "cup"',
    (written) => {
      const { products } = parse(HEADER, `${written},Cup,,,,,Size,S,,,,,10.00`, 'cup,,,,,,,M,,,,,10.00')
      expect(products).toMatchObject([{ handle: 'cup', variants: ['S', 'M'] }])
    },
  )

  test('a letter in two pieces is the same letter', () => {
    const { products } = parse('Handle,Title,Option1 Value', 'bl\u00e5,Blå,S', 'bla\u030a,,M')
    expect(products).toMatchObject([{ handle: 'bl\u00e5', variants: ['S', 'M'] }])
  })

  test('what is not taken is told by row, and the rest is taken', () => {
    const { products, refused } = parse(
      HEADER,
      ',No handle one,,,,,,,,,,,10.00',
      ',,,,,,,,,,,,',
      'cup,Cup,,,,,Size,S,,,,,10.00',
      'cup,Another cup,,,,,Size,XL,,,,,10.00',
      'cup,,,,,,,XXL,,,,,10.00',
      'nameless,,,,,,,S,,,,,10.00',
      'wide,Wide,,,,,,,,,,,10.00,too,much',
      'plain,Plain,,,,,,,,,,,7.00',
      '-,Dash,,,,,,,,,,,1.00',
      '\u200b,,,\u00a0,,,,,,,,,',
    )
    expect(products.map(({ handle, variants }) => [handle, variants])).toEqual([
      ['cup', ['S']],
      ['plain', []],
    ])
    expect(refused).toEqual([
      { row: 2, reason: 'it has no handle' },
      { row: 5, reason: 'the handle "cup" belongs to "Cup" in row 4' },
      { row: 6, reason: 'the handle "cup" belongs to "Cup" in row 4' },
      { row: 7, reason: 'no row of "nameless" has a title' },
      { row: 8, reason: 'it has 15 cells, and the header has 13' },
      { row: 10, reason: 'it has no handle' },
    ])
  })

  test('a title that stands in every row of its handle is one product', () => {
    const { products, refused } = parse('Handle,Title,Option1 Value', 'cup,Cup,S', 'cup,Cup,M')
    expect([products.length, products[0]?.variants, refused]).toEqual([1, ['S', 'M'], []])
  })

  test.each([
    ['to the end', ['jug,Jug', 'can,Can'], ['cup'], 'takes in 2 lines after it, which are'],
    ['to a quote of another row', ['jug,Jug,"<p>"', 'can,Can'], ['cup', 'can'], 'takes in 1 line after it, which is'],
  ])('a quote that is never closed costs the rows that it takes in, %s, and they are counted', (...row) => {
    const [, more, handles, lost] = row
    const before = ['sep=,', HEADER, 'cup,Cup,"<p>', '</p>",,,,,,,,,,1.00']
    const { products, refused } = parse(...before, 'mug,Mug,"<p>open', ...more)
    expect(products.map(({ handle }) => handle)).toEqual(handles)
    const found = `a quote opens on line 5 and is never closed: it ${lost} not taken; close it`
    expect(refused).toMatchObject([{ reason: expect.stringContaining(found) as string }])
  })

  test.each([
    [
      'the newer template',
      'Title,URL handle,Description,Option1 name,Option1 value,Price\nCup,cup,<p>x</p>,Size,S,10.00',
    ],
    ['blanks in the header', 'Handle, Title ,Body  (HTML),Option1\u00a0Value, Variant Price\ncup,Cup,<p>x</p>,S,10.00'],
    ['other case in the header', 'HANDLE,title,BODY (html),option1 value,VARIANT PRICE\ncup,Cup,<p>x</p>,S,10.00'],
    ['semicolons', 'Handle;Title;Body (HTML);Option1 Value;Variant Price\ncup;Cup;<p>x</p>;S;10.00'],
    ['tabs', 'Handle\tTitle\tBody (HTML)\tOption1 Value\tVariant Price\ncup\tCup\t<p>x</p>\tS\t10.00'],
    [
      "Excel's first line",
      'sep=;\r\nHandle;Title;Body (HTML);Option1 Value;Variant Price\r\ncup;Cup;<p>x</p>;S;10.00\r\n',
    ],
    ['a byte order mark', '\ufeffHandle,Title,Body (HTML),Option1 Value,Variant Price\ncup,Cup,<p>x</p>,S,10.00'],
    [
      'both names, one of them empty',
      'Handle,Title,Description,Body (HTML),Option1 Value,Price\ncup,Cup,,<p>x</p>,S,10.00',
    ],
    ['what has no width in the header', 'Handle\u200b,Title,Body (HTML),Option1 Value,Price\ncup,Cup,<p>x</p>,S,10.00'],
    ["an API's names", 'handle,title,body_html,option1_value,variant_price\ncup,Cup,<p>x</p>,S,10.00'],
    ['empty rows before the header', '\n,,,,\nHandle,Title,Body (HTML),Option1 Value,Price\ncup,Cup,<p>x</p>,S,10.00'],
    ['each line as one cell', '"Handle,Title,Body (HTML),Option1 Value,Price"\n"cup,Cup,""<p>x</p>"",S,10.00"'],
    ['columns without a name', 'Handle,Title,Body (HTML),Option1 Value,Price,,\ncup,Cup,<p>x</p>,S,10.00,,,,'],
    [
      'metafields',
      'Handle,Title,Price (product.metafields.a.b),Body (HTML),Option1 Value,Price\ncup,Cup,1,<p>x</p>,S,10.00',
    ],
    ['a column that is none of ours', 'Handle,Title,Märke,Body (HTML),Option1 Value,Price\ncup,Cup,?,<p>x</p>,S,10.00'],
  ])('is read with %s', (_name, csv) => {
    const { products, refused } = parseShopifyCsv(csv, 'SEK')
    expect(refused).toEqual([])
    expect(products).toMatchObject([
      { handle: 'cup', title: 'Cup', descriptionHtml: '<p>x</p>', price: '10.00', variants: ['S'] },
    ])
  })

  test.each([
    ['of two programs', 'Handle,Title\r\ncup,Cup\nmug,"Mug"\r\n'],
    ['of an old Mac, and others in a cell', 'Handle,Title,Tags\rcup,Cup,"a\nb\nc\nd"\rmug,Mug,"e\r\nf"\r'],
    ['of Windows, and others in a cell', 'Handle,Title,Tags\r\ncup,Cup,"a\nb\nc\nd"\r\nmug,Mug,"e\nf"\r\n'],
  ])('has line ends %s', (_name, csv) => {
    const { products, refused } = parseShopifyCsv(csv, 'SEK')
    expect([products.map(({ title }) => title), refused]).toEqual([['Cup', 'Mug'], []])
  })

  test('empty rows before the header count for the numbers of others', () => {
    expect(parse('', 'Handle,Title', ',No handle').refused).toEqual([{ row: 3, reason: 'it has no handle' }])
  })

  test.each([
    ['Handle-URL,Titel', 'It has: handle-url, titel.'],
    ['\u200b', 'It is empty.'],
    ['PK\u0003\u0004\u0014', 'It is no CSV'],
    ['<!DOCTYPE html>', 'It is no CSV'],
    ['[{"handle":"cup"}]', 'It is no CSV'],
  ])('a file that begins with %j is refused with what is in it', (csv, words) => {
    expect(() => parse(csv)).toThrow(words)
  })

  test('needs a handle and a title, and nothing else', () => {
    expect(parse('Handle,Title', 'cup,Cup').products).toMatchObject([{ handle: 'cup', vendor: '', price: '' }])
    expect(() => parse('Title,Vendor', 'Cup,V')).toThrow('lacks the column Handle (or "URL handle")')
    expect(() => parse('')).toThrow('lacks the column Handle (or "URL handle") and the column Title')
  })
})

describe('what spreadsheets write', () => {
  test('a header that is repeated, as in two exports one behind the other, is no product', () => {
    const { products, refused } = parse('Handle,Title', 'cup,Cup', '\ufeffHandle,Title', 'mug,Mug')
    expect(products.map(({ handle }) => handle)).toEqual(['cup', 'mug'])
    expect(refused).toEqual([{ row: 3, reason: 'it repeats the header' }])
  })

  test('errors and formulas in the place of a name are not taken', () => {
    const { products, refused } = parse('Handle,Title', '#N/A,Cup', 'mug,#NAME?', '=A1,Can', 'pot,Pot #1', 'one,#1!')
    expect(products.map(({ handle }) => handle)).toEqual(['pot', 'one'])
    expect(refused.map(({ reason }) => reason)).toEqual([
      'it holds #N/A, the error of a formula',
      'it holds #NAME?, the error of a formula',
      'its handle is the formula =a1',
    ])
  })

  test('a text that is written as a formula, so that it stays a text, is that text', () => {
    const { products } = parse('Handle,Title,Variant Price', '="0012",="Cup","=""9.50"""')
    expect(products).toMatchObject([{ handle: '0012', title: 'Cup', price: '9.50' }])
  })

  test('each of many bad quotes names its line, and line ends are counted once', () => {
    // Counted from the beginning for each, they would take minutes: longer than a test may.
    const bad = Array.from({ length: 150_000 }, (_row, index) => `u${String(index)},"a "b" c"`)
    const { refused } = parse('Handle,Title', bad.join('\n'), 'cup,Cup', 'mug,"a')
    expect(refused).toHaveLength(150_001)
    expect(refused.at(-1)?.reason).toContain('a quote opens on line 150003')
  })
})

describe('the text of a file', () => {
  const text = 'Handle;Title\nmugg;Blå mugg för äppelmust'

  test.each([
    ['UTF-8', new TextEncoder().encode(text)],
    ['UTF-16, as Excel writes it', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 without its mark', Buffer.from(text, 'utf16le')],
    ['UTF-16 the other way round', Buffer.from(text, 'utf16le').swap16()],
    ['Windows-1252', Buffer.from(text, 'latin1')],
  ])('is read from %s', (_name, bytes) => {
    expect(decodeText(bytes)).toBe(text)
  })

  test('lines of another encoding spoil no others', () => {
    const bytes = Buffer.concat([
      Buffer.from(`${text}\n`),
      Buffer.from('kåsa;Röd kåsa\n', 'latin1'),
      Buffer.from('ö;å'),
    ])
    expect(decodeText(bytes)).toBe(`${text}\nkåsa;Röd kåsa\nö;å`)
    expect(decodeText(bytes.subarray(0, -1))).toContain(text)
  })
})
