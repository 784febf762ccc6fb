// Runs after `npm pack` and `npm publish`: gives the checkout its manifest back.
import { renameSync } from 'node:fs'

renameSync('package.json.checkout', 'package.json')
