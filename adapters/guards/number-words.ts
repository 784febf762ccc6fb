/** Numbers that a rewritten text may have as a word; "en" and "a" are articles too, so they only ever confirm a 1. */
const WORDS: readonly (readonly [number: string, words: string])[] = [
  ['1', 'en ett one a an single first första'],
  ['2', 'två two twin double dubbel dubbla second andra'],
  ['3', 'tre three third tredje'],
  ['4', 'fyra four'],
  ['5', 'fem five'],
  ['6', 'sex six'],
  ['7', 'sju seven'],
  ['8', 'åtta eight'],
  ['9', 'nio nine'],
  ['10', 'tio ten'],
  ['11', 'elva eleven'],
  ['12', 'tolv twelve'],
  ['20', 'tjugo twenty'],
  ['30', 'trettio thirty'],
  ['40', 'fyrtio forty'],
  ['50', 'femtio fifty'],
  ['100', 'hundra hundred'],
]

const BY_WORD: ReadonlyMap<string, string> = new Map(
  WORDS.flatMap(([number, words]) => words.split(' ').map((word): [string, string] => [word, number])),
)
const ANY_WORD = new RegExp(String.raw`(?<![\p{L}\d])(?:${[...BY_WORD.keys()].join('|')})(?![\p{L}\d])`, 'giu')

/** Swedish writes them together: "femårig", "fyrpack". */
const COMPOUNDS: Readonly<Record<string, string>> = {
  ...{ två: '2', tre: '3', fyr: '4', fem: '5', sex: '6', sju: '7', åtta: '8', nio: '9', tio: '10', tolv: '12' },
}
const COMPOUND = new RegExp(
  String.raw`(?<![\p{L}\d])(?:${Object.keys(COMPOUNDS).join('|')})(?=(?:år|del|pack|lager|sits|fack|steg)\p{L}*)`,
  'giu',
)

/** The text with digits in place of its number words. */
export function withDigits(text: string): string {
  return text
    .replaceAll(ANY_WORD, (word) => BY_WORD.get(word.toLowerCase()) ?? word)
    .replaceAll(COMPOUND, (word) => `${COMPOUNDS[word.toLowerCase()] ?? word} `)
}
