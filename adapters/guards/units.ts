/** One unit, as `power` tens of another: 1 kg is 10⁶ mg. Units that are no powers of ten of each other stay apart. */
export interface Unit {
  readonly name: string
  readonly power: number
}

/** Name of the unit, power of ten, and how Swedish and English write it. */
const SPELLINGS: readonly (readonly [name: string, power: number, spellings: string])[] = [
  ['mm', 0, 'mm millimeter millimetre millimeters millimetres'],
  ['mm', 1, 'cm centimeter centimetre centimeters centimetres'],
  ['mm', 2, 'dm decimeter'],
  ['mm', 3, 'm meter metre meters metres'],
  ['mm', 6, 'km kilometer kilometre kilometers kilometres'],
  ['mg', 0, 'mg milligram'],
  ['mg', 3, 'g gram grams'],
  ['mg', 5, 'hg hekto'],
  ['mg', 6, 'kg kilo kilogram kilograms kilos'],
  ['ml', 0, 'ml milliliter millilitre milliliters millilitres'],
  ['ml', 1, 'cl centiliter centilitre'],
  ['ml', 2, 'dl deciliter decilitre deciliters decilitres'],
  ['ml', 3, 'l liter litre liters litres'],
  ['m²', 0, 'm² m2 kvm sqm kvadratmeter'],
  ['cm²', 0, 'cm² cm2'],
  ['mm²', 0, 'mm² mm2'],
  ['m³', 0, 'm³ m3 kubikmeter'],
  ['g/m²', 0, 'g/m² g/m2 g/kvm gsm'],
  ['inch', 0, 'inch inches in. tum " ″'],
  ['ft', 0, 'ft foot feet'],
  ['lb', 0, 'lb lbs pound pounds'],
  ['oz', 0, 'oz ounce ounces'],
  ['%', 0, '% procent percent per\u00A0cent'],
  ['°', 0, '° º °c ºc grader degrees celsius'],
  ['°F', 0, '°f ºf fahrenheit'],
  ['second', 0, 's sek sekund sekunder sec second seconds'],
  ['minute', 0, 'min minut minuter minute minutes mins'],
  ['hour', 0, 'h tim timme timmar timmars hour hours hrs'],
  ['day', 0, 'dag dagar dagars day days dygn'],
  ['week', 0, 'vecka veckor veckors week weeks'],
  ['month', 0, 'månad månader månaders month months'],
  ['year', 0, 'år års årig årigt åriga year years'],
  ['W', 0, 'w watt watts'],
  ['Hz', 0, 'hz hertz'],
  ['rpm', 0, 'rpm'],
  ['W', 3, 'kw'],
  ['V', 0, 'v volt volts'],
  ['Wh', 0, 'wh'],
  ['Wh', 3, 'kwh'],
  ['mAh', 0, 'mah'],
  ['lm', 0, 'lm lumen'],
  ['K', 0, 'kelvin'],
  ['dB', 0, 'db decibel'],
  ['MB', 0, 'mb megabyte'],
  ['MB', 3, 'gb gigabyte'],
  ['MB', 6, 'tb terabyte'],
  ['den', 0, 'den denier'],
  ['SEK', 0, 'kr sek kronor :- ,-'],
  ['EUR', 0, '€ eur euro euros'],
  ['USD', 0, '$ usd dollar dollars'],
  ['GBP', 0, '£ gbp'],
]

const BY_SPELLING: ReadonlyMap<string, Unit> = new Map(
  SPELLINGS.flatMap(([name, power, spellings]) =>
    spellings.split(' ').map((spelling): [string, Unit] => [spelling, { name, power }]),
  ),
)

// The longest first, so that "mm" is not read as "m".
const ANY_SPELLING = [...BY_SPELLING.keys()]
  .toSorted((one, other) => other.length - one.length)
  .map((spelling) => spelling.replaceAll(/[$.]/g, String.raw`\$&`).replaceAll('\u00A0', String.raw`\s`))
  .join('|')
/** What stands between a number and its unit: blanks, also several and across a line of the source, or a hyphen. */
const BETWEEN = String.raw`(?:-|[^\S\n]*\n?[^\S\n]*)`
const BEHIND = new RegExp(String.raw`^${BETWEEN}(${ANY_SPELLING})(?![\p{L}\d])`, 'iu')
const BEFORE = /(€|\$|£|\b(?:SEK|EUR|USD|GBP))\s?$/i

/** A unit as it stands beside a number: before it ("$ 30"), or behind it ("30 cm"), with the blank between. */
export interface UnitBeside {
  readonly unit: Unit
  readonly before: string
  readonly behind: string
}

/** The unit of a number that stands between these two texts. */
export function unitAround(before: string, behind: string): UnitBeside | null {
  const after = BEHIND.exec(behind)
  const match = after ?? BEFORE.exec(before)
  const unit = BY_SPELLING.get(match?.[1]?.toLowerCase().replace(/\s/, '\u00A0') ?? '')
  if (!match || !unit) return null
  return { unit, before: after ? '' : match[0], behind: after ? match[0] : '' }
}
