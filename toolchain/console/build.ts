// `npm run console`: bundles the console's script and style into adapters/console/assets.ts, which is checked in.
import { writeFileSync } from 'node:fs'
import { ASSETS_FILE, assetsModule } from './assets-module.ts'

writeFileSync(ASSETS_FILE, await assetsModule())
