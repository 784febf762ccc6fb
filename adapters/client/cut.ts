import { ErrandError } from './errand-error.ts'

/** For what has begun to come, and was cut off before its end as often as it was asked for. */
export function brokenOff(what: string): ErrandError {
  const message = `The ${what} breaks off again and again.`
  return new ErrandError({ code: 'network', status: 0, retryable: true, message })
}

/** Whether it is the network, and neither the server nor the caller, that has ended it. */
export function isCut(error: unknown, signal: AbortSignal | undefined): boolean {
  return signal?.aborted !== true && error instanceof ErrandError && error.code === 'network'
}
