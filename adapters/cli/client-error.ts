import { ErrandError } from '../client/errand-error.ts'
import { CliError, IS_IT_RUNNING, withPage } from './server-call.ts'

/** What the client says, for a person. */
export function inWords(error: unknown): unknown {
  if (!(error instanceof ErrandError)) return error
  const { code, status, message, problems } = error
  if (code === 'network' && status === 0) {
    return new CliError(`${message} ${IS_IT_RUNNING}`, { cause: error })
  }
  // A problem that is alone is part of the message.
  const lines = [message, ...problems.filter((problem) => !message.includes(problem))]
  return new CliError(withPage(lines.join('\n'), code), { cause: error })
}

/** The same of a whole command; also that its server is no Errand, or an older one whose answer it cannot show. */
export function ofServer(error: unknown, serverUrl: string): unknown {
  if (error instanceof TypeError) {
    const lacks = `The answer of ${serverUrl} lacks what this command shows of it (${error.message}).`
    const remedy = 'It may be of an older release: update it, or use the command of its release.'
    return new CliError(`${lacks} ${remedy} --json prints the answer as it is.`, { cause: error })
  }
  // Errand's own has the status 500.
  if (error instanceof ErrandError && error.code === 'internal_error' && error.status !== 500) {
    const remedy = `Is Errand at ${serverUrl}? Set ERRAND_URL to where it is.`
    return new CliError(`${error.message} ${remedy}`, { cause: error })
  }
  return inWords(error)
}
