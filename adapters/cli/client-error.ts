import { ErrandError } from '../client/errand-error.ts'
import { CliError, IS_IT_RUNNING, withPage } from './server-call.ts'

/** What the client says, for a person. */
export function inWords(error: unknown): unknown {
  if (!(error instanceof ErrandError)) return error
  const { code, status, message, problems } = error
  if (code === 'network' && status === 0) {
    return new CliError(`${message} ${IS_IT_RUNNING}`, { cause: error })
  }
  return new CliError(withPage([message, ...problems].join('\n'), code), { cause: error })
}
