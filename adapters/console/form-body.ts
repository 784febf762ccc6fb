import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { ErrandError } from '#adapters/client/errand-error.ts'

/** The largest input of a job as a form sends it, where a byte may become three; the API limits what it is given. */
export const MAX_FORM_BYTES = 4_194_304
/** A key and an address: this form is sent before a key is known. */
export const MAX_SIGN_IN_BYTES = 65_536

/** Refuses a larger body before it is in memory. */
export function limitForm(maxSize: number): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: () => {
      const message = `The form is larger than ${String(maxSize)} bytes.`
      throw new ErrandError({ status: 413, code: 'payload_too_large', message, retryable: false })
    },
  })
}

/** @throws {ErrandError} where the body is no form. */
export async function readForm({ req }: Context): Promise<FormData> {
  try {
    return await req.formData()
  } catch (cause) {
    // Also of a form that is cut off; the platforms have no other sign of it.
    if (!(cause instanceof TypeError)) throw cause
    const message = 'The request is not valid: its body is not a form.'
    throw new ErrandError({ status: 400, code: 'invalid_request', message, retryable: false, cause })
  }
}
