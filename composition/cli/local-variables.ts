import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

/** As wrangler: `.env` and then `.env.local` count only where there is no `.dev.vars`. */
export function localVariables(folder: string) {
  const isOwn = existsSync(join(folder, '.dev.vars'))
  const paths = (isOwn ? ['.dev.vars'] : ['.env', '.env.local']).map((file) => join(folder, file))
  const read = paths.filter((path) => existsSync(path)).map((path) => parseEnv(readFileSync(path, 'utf8')))
  return { file: isOwn ? '.dev.vars' : '.env', env: Object.assign({}, ...read) as NodeJS.Dict<string> }
}
