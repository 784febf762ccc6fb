import { ErrandError } from '../client/errand-error.ts'
import { CliError, type ServerAddress, withPage } from './server-call.ts'

/** What the client says, for a person. */
export function inWords(error: unknown, { serverUrl }: ServerAddress): unknown {
  if (!(error instanceof ErrandError)) return error
  const { code, status, message, problems } = error
  if (code === 'network' && status === 0) {
    return new CliError(`${message} Start one with "npm start", or set ERRAND_URL (${serverUrl}).`, { cause: error })
  }
  return new CliError(withPage([message, ...problems].join('\n'), code), { cause: error })
}
