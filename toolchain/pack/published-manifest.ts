/** What of `package.json` users get: no scripts, no development dependencies, and exports of what was built. */

type Json = Readonly<Record<string, unknown>>

interface CheckoutManifest {
  readonly exports: Readonly<Record<string, string>>
  readonly [field: string]: unknown
}

const KEPT = [
  'name',
  'version',
  'description',
  'license',
  'type',
  'engines',
  'dependencies',
  'peerDependencies',
  'peerDependenciesMeta',
]

export function publishedManifest(checkout: CheckoutManifest): Json {
  return {
    ...Object.fromEntries(KEPT.map((field) => [field, checkout[field]])),
    bin: { errand: './dist/cli.js' },
    exports: Object.fromEntries(Object.entries(checkout.exports).map(([name, file]) => [name, built(file)])),
    files: ['dist', 'docs', 'llms.txt', 'CHANGELOG.md'],
  }
}

function built(source: string): string | Json {
  const entry = /^\.\/composition\/public\/([a-z]+)\.ts$/.exec(source)?.[1]
  return entry === undefined ? source : { types: `./dist/${entry}.d.ts`, default: `./dist/${entry}.js` }
}
