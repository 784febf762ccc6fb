import { expect, test } from 'vitest'
import { makesNoClaims } from '#adapters/guards/claims.ts'
import { keepsHtml } from '#adapters/guards/html.ts'
import { addsNoNumbers, keepsNumbers } from '#adapters/guards/numbers.ts'

/** What a good copywriter makes of a text: no guard may refuse it. */
const HONEST: readonly (readonly [before: string, after: string])[] = [
  [
    '<p>Kastrull 3 l, rostfritt stål. Diskmaskin: ja.</p>',
    '<p>En kastrull i rostfritt stål som rymmer 3 liter och tål diskmaskin.</p>',
  ],
  ['<p>MUGG! 35 cl, 2-pack. Tål micro.</p>', '<p>Två muggar om 350 ml vardera, som tål mikro.</p>'],
  [
    '<p>Mått (BxHxD): 60 x 120 x 35 cm. Vikt 12,5 kg.</p>',
    '<p>Hyllan är 60 cm bred, 120 cm hög och 35 cm djup. Den väger 12,5 kg.</p>',
  ],
  [
    '<p>Handduk 50x70 cm, 100% bomull, 500 g/m2, tvätt 60°.</p>',
    '<p>Handduken av 100 % bomull väger 500 g/m² och mäter 50 × 70 cm. Tvättas i 60 °C.</p>',
  ],
  [
    '<p>Strl: S, M, L, XL. Modellen är 178 cm och bär M.</p>',
    '<p>Finns i S, M, L och XL. På bilden: storlek M på en modell som är 178 cm lång.</p>',
  ],
  [
    '<p>Batteri 10 000 mAh, 5V/2A, laddtid ca 4-5 h</p>',
    '<p>Batteriet på 10 000 mAh laddas på 4–5 timmar (5 V, 2 A).</p>',
  ],
  [
    '<p>Sovsäck, komfort -5°C, extrem -18°C. 1,4kg.</p>',
    '<p>Sovsäcken håller dig varm ner till −5 °C och klarar som mest minus 18 grader. Vikt: 1,4 kg.</p>',
  ],
  [
    '<p>LED 9W = 60W, E27, 806 lm, 2700K, 15 000 h</p>',
    '<p>Lampan på 9 W ger 806 lumen, som en på 60 W. Sockel E27, 2700 K, 15 000 timmar.</p>',
  ],
  [
    '<p>Te, 100g. Bryggtid 3-5 min vid 95°C. Ca 40 koppar.</p>',
    '<p>100 g te räcker till ungefär 40 koppar. Låt dra 3 till 5 minuter i 95 °C.</p>',
  ],
  [
    '<ul><li>3 fickor</li><li>YKK-dragkedja</li><li>5 års garanti</li></ul>',
    '<p>Tre fickor, dragkedja från YKK och fem års garanti.</p>',
  ],
  [
    '<p class="MsoNormal">Ljus, brinntid 45 tim, Ø 7 cm, h 10 cm</p>',
    '<p>Ett ljus som brinner i 45 timmar: 10 cm högt, 7 cm i diameter.</p>',
  ],
  [
    '<p>Art.nr 10442, EAN 7 350012 345678. Färg: svart.</p>',
    '<p>Svart.<br>Artikelnummer 10442, EAN 7350012345678.</p>',
  ],
  ['<p>Cotton tote bag, 15" x 16", 10 oz canvas.</p>', '<p>A tote bag of 10 oz cotton canvas, 15 × 16 inches.</p>'],
  [
    '<p>Capacity: 1/2 gallon. Keeps cold 24 hrs / hot 12 hrs.</p>',
    '<p>Holds ½ gallon, and stays cold for 24 hours or hot for 12 hours.</p>',
  ],
  [
    '<p>Set of 6 glasses, 8.5 oz each. Dishwasher safe.</p>',
    '<p>Six glasses of 8.5 ounces each, safe in the dishwasher.</p>',
  ],
  [
    '<p>1-person tent, 2.1 kg, 3000mm, 2 doors</p>',
    '<p>A tent for one: 2100 g, two doors, and 3,000 mm of water column.</p>',
  ],
  [
    '<p>2-year warranty. IP67. Bluetooth 5.3, up to 30ft.</p>',
    '<p>IP67, Bluetooth 5.3 with a range of 30ft, and two years of warranty.</p>',
  ],
  ['<p>Cut on 1 1/2" centers. 3/4 in. thick.</p>', '<p>¾ inch thick, cut on 1.5 inch centers.</p>'],
  [
    '<p>Blanket 130cm x 170cm; 70% wool, 30 % polyamide</p>',
    '<p>A blanket of 130 × 170 cm, woven from 70 % wool and 30% polyamide.</p>',
  ],
  [
    '<p>Price: $1,299.00. Ships in 2-3 days.</p><a href="/care">Care</a>',
    '<p>$1299, shipped in 2 to 3 days.</p><p><a href="/care">How to care for it</a></p>',
  ],
]

test.each(HONEST)('%s', (before, after) => {
  for (const guard of [keepsHtml(), keepsNumbers(), addsNoNumbers(), makesNoClaims()])
    expect(guard(before, after)).toBeNull()
})
