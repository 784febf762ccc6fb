export type ClaimKind = 'health' | 'environment' | 'superlative'

/**
 * What a shop may not say of its goods without proof, in Swedish and English. `*` stands for the rest of a word.
 * Health: Regulation (EC) 1924/2006 and the Medical Devices Regulation. Environment: Directive (EU) 2024/825, which
 * forbids generic environmental claims from 27 September 2026. Superlatives: the Swedish Marketing Act asks for proof.
 * A list finds words, and no lawyer: what it does not find may be forbidden all the same.
 */
export const CLAIMS: Readonly<Record<ClaimKind, readonly string[]>> = {
  health: [
    ...['botar', 'läker', 'lindrar', 'smärtlindrande', 'förebygger', 'motverkar sjukdom*', 'kurerar', 'medicinsk*'],
    ...[
      'immunförsvar*',
      'stärker immun*',
      'antibakteriell*',
      'antiinflammatorisk*',
      'bakteriedödande',
      'allergivänlig*',
    ],
    ...['allergifri*', 'hypoallergen*', 'hälsosam*', 'hälsofrämjande', 'bra för hälsan', 'avgiftande', 'detox*'],
    ...['giftfri*', 'kemikaliefri*', 'viktminskning', 'fettförbrännande', 'kliniskt bevisad*', 'kliniskt testad*'],
    ...['läkare rekommenderar', 'dermatologiskt testad*', 'förbättrar sömnen', 'ångestdämpande'],
    ...[
      'cures',
      'heals',
      'relieves',
      'pain relief',
      'pain-relieving',
      'prevents disease*',
      'medicinal',
      'medical grade',
    ],
    ...['medical-grade', 'immune system', 'boosts immunity', 'immune-boosting', 'antibacterial', 'anti-bacterial'],
    ...['anti-inflammatory', 'kills bacteria', 'kills germs', 'allergy-friendly', 'allergen-free', 'hypoallergenic'],
    ...['healthy', 'good for your health', 'detoxif*', 'non-toxic', 'nontoxic', 'toxin-free', 'chemical-free'],
    ...['weight loss', 'fat burning', 'fat-burning', 'clinically proven', 'clinically tested', 'doctor recommended'],
    ...['doctor-recommended', 'dermatologically tested', 'dermatologist tested', 'improves sleep', 'reduces anxiety'],
  ],
  environment: [
    ...['miljövänlig*', 'miljösmart*', 'miljömedvet*', 'miljömärkt*', 'bra för miljön', 'snäll* mot miljön'],
    ...[
      'skonsam* mot miljön',
      'klimatsmart*',
      'klimatneutral*',
      'klimatpositiv*',
      'klimatkompenserad*',
      'klimatvänlig*',
    ],
    ...[
      'koldioxidneutral*',
      'fossilfri*',
      'hållbart producerad*',
      'hållbart tillverkad*',
      'hållbart val',
      'hållbart mode',
    ],
    ...['hållbar produktion', 'grönt val', 'gröna val', 'naturvänlig*', 'ekovänlig*', 'ekologisk*', 'komposterbar*'],
    ...['biologiskt nedbrytbar*', 'nedbrytbar*', 'noll utsläpp', 'utsläppsfri*', 'plastfri*'],
    ...[
      'eco-friendly',
      'ecofriendly',
      'eco friendly',
      'eco-conscious',
      'environmentally friendly',
      'environment-friendly',
    ],
    ...['good for the environment', 'kind to the planet', 'planet-friendly', 'good for the planet', 'earth-friendly'],
    ...[
      'climate neutral',
      'climate-neutral',
      'climate positive',
      'climate-positive',
      'climate friendly',
      'climate-friendly',
    ],
    ...['carbon neutral', 'carbon-neutral', 'carbon negative', 'net zero', 'net-zero', 'zero emission*', 'zero waste'],
    ...['sustainable', 'sustainably', 'sustainability', 'green choice', 'organic', 'organically', 'biodegradable'],
    ...['compostable', 'fossil free', 'fossil-free', 'plastic-free', 'plastic free'],
  ],
  superlative: [
    ...['bäst', 'bästa', 'allra bästa', 'världens', 'marknadens', 'sveriges mest', 'sveriges största', 'billigast*'],
    ...['lägsta pris*', 'snabbast*', 'starkast*', 'störst*', 'ledande', 'marknadsledande', 'världsledande'],
    ...['världsberömd*', 'oslagbar*', 'oöverträffad*', 'nummer ett', 'nr 1', 'nr. 1', '#1', 'prisbelönt*', 'unik*'],
    ...['perfekt*', 'garanterat', '100 % nöjd*'],
    ...['best', 'the very best', "world's", 'world-class', 'world-famous', 'number one', 'no. 1', 'no 1', 'cheapest'],
    ...['lowest price*', 'fastest', 'strongest', 'largest', 'biggest', 'finest', 'leading', 'market-leading'],
    ...[
      'unbeatable',
      'unrivalled',
      'unrivaled',
      'unmatched',
      'unsurpassed',
      'award-winning',
      'unique',
      'one of a kind',
    ],
    ...['one-of-a-kind', 'perfect', 'perfectly', 'guaranteed', 'the most'],
  ],
}
