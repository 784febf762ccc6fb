import { franc } from 'franc'
import { expect, test } from 'vitest'
import { detectLanguage } from '#adapters/guards/language-detector.ts'

const TEXTS = {
  swe: 'Förklädet är vävt av tvättat linne från en liten fabrik i Småland. Det har två rymliga fickor fram, och banden går att knyta i nacken eller korsade på ryggen. Tvättas i 60 grader, krymper högst tre procent.',
  eng: 'The apron is woven of washed linen by a small mill in the south of Sweden. It has two roomy pockets at the front, and its straps can be tied at the neck or crossed over the back. Wash it at 60 degrees.',
  dan: 'Forklædet er vævet af vasket hør fra en lille fabrik i Småland. Det har to rummelige lommer foran, og båndene kan bindes i nakken eller krydses på ryggen. Vaskes ved 60 grader og krymper højst tre procent.',
  nob: 'Forkleet er vevd av vasket lin fra en liten fabrikk i Småland. Det har to romslige lommer foran, og båndene kan knytes i nakken eller krysses på ryggen. Vaskes på 60 grader, og krymper høyst tre prosent.',
  fin: 'Esiliina on kudottu pestystä pellavasta pienessä tehtaassa Etelä-Ruotsissa. Siinä on kaksi tilavaa taskua edessä, ja nauhat voi solmia niskaan tai ristiin selän taakse. Pestään kuudessakymmenessä asteessa.',
  deu: 'Die Schürze ist aus gewaschenem Leinen einer kleinen Weberei in Småland. Sie hat vorne zwei geräumige Taschen, und die Bänder lassen sich im Nacken oder gekreuzt auf dem Rücken binden. Waschbar bei 60 Grad.',
  nld: 'Het schort is geweven van gewassen linnen uit een kleine fabriek in Småland. Het heeft twee ruime zakken aan de voorkant, en de banden kunnen in de nek of gekruist op de rug worden geknoopt.',
  fra: 'Le tablier est tissé en lin lavé par une petite fabrique du sud de la Suède. Il a deux grandes poches sur le devant, et ses liens se nouent à la nuque ou se croisent dans le dos. Lavable à 60 degrés.',
  spa: 'El delantal está tejido con lino lavado en una pequeña fábrica del sur de Suecia. Tiene dos bolsillos amplios delante, y las cintas se pueden atar en la nuca o cruzar en la espalda. Se lava a 60 grados.',
  ita: 'Il grembiule è tessuto in lino lavato da una piccola fabbrica nel sud della Svezia. Ha due ampie tasche sul davanti, e i lacci si possono annodare sulla nuca o incrociare sulla schiena. Si lava a 60 gradi.',
  por: 'O avental é tecido em linho lavado por uma pequena fábrica no sul da Suécia. Tem dois bolsos amplos à frente, e as fitas podem ser atadas na nuca ou cruzadas nas costas. Lava-se a 60 graus.',
  pol: 'Fartuch jest utkany z pranego lnu w małej fabryce na południu Szwecji. Ma z przodu dwie pojemne kieszenie, a tasiemki można zawiązać na karku albo skrzyżować na plecach. Prać w temperaturze 60 stopni.',
} as const

const CODES = Object.keys(TEXTS)

/** The text, and its halves, and in other forms. */
function piecesOf(text: string): readonly string[] {
  const half = Math.floor(text.length / 2)
  return [text, text.slice(0, half), text.slice(half), `${text} 1 299,- SEK & <b>100 %</b>`, text.toUpperCase()]
}

test.each(Object.entries(TEXTS))(
  'a text in %s is found, and its pieces are what franc takes them for',
  (code, text) => {
    expect(detectLanguage(text, CODES)).toBe(code)
    for (const piece of piecesOf(text)) expect(detectLanguage(piece, CODES)).toBe(franc(piece, { only: CODES }))
  },
)

test.each([
  ['Greek', 'Η ποδιά είναι υφασμένη από πλυμένο λινό σε ένα μικρό εργοστάσιο στη νότια Σουηδία.'],
  ['Chinese', '这条围裙由瑞典南部一家小工厂用水洗亚麻织成，前面有两个宽大的口袋，带子可以系在脖子后面或交叉在背后。'],
  ['no script', '1 299,- / 60 % * 3'],
])('a text in %s is in none of them', (_script, text) => {
  expect(detectLanguage(text, CODES)).toBeNull()
  expect(franc(text, { only: CODES })).toBe('und')
})
