// `npm pack` and `npm publish` run this first. It writes the manifest that users get; `toolchain/pack/postpack.ts` undoes it.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { publishedManifest } from './published-manifest.ts'

const KEPT = 'package.json.checkout'

// A pack that was interrupted left it.
if (!existsSync(KEPT)) renameSync('package.json', KEPT)
const checkout = JSON.parse(readFileSync(KEPT, 'utf8')) as Parameters<typeof publishedManifest>[0]
writeFileSync('package.json', `${JSON.stringify(publishedManifest(checkout), null, 2)}\n`)
