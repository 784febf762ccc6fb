import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { systemCode } from '#adapters/node/process/start-error.ts'

/** The variables of `.env` in the working directory, under those of this process. */
export function withEnvFile(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...readEnvFile(), ...env }
}

function readEnvFile(): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync('.env', 'utf8'))
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return {}
    throw error
  }
}
