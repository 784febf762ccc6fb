import { CallbackRefusedError } from '#domain/callback/errors.ts'
import type { CallbackSender } from '#ports/callback-sender.ts'

/** @throws {CallbackRefusedError} where no message could be sent to `url`, or none could be signed. */
export function checkCallback(
  url: string,
  {
    callbacks,
    secrets,
  }: { readonly callbacks: Pick<CallbackSender, 'problemWith'>; readonly secrets: readonly string[] },
): void {
  const problem = callbacks.problemWith(url)
  if (problem !== null) throw new CallbackRefusedError(problem)
  if (secrets.length > 0) return
  throw new CallbackRefusedError('Callbacks are signed, and there is no secret to sign them with yet.', {
    hint: 'Set ERRAND_CALLBACK_SECRETS, or callbackSecrets of the tenant in ERRAND_TENANTS.',
  })
}
