import type { Context } from 'hono'
import type { Actor } from '#domain/tenant/actor.ts'
import { type Principal, type Scope, mayDo } from '#domain/tenant/principal.ts'
import { ForbiddenError } from './errors.ts'

/** What every route knows that is not public. */
export interface AppEnv {
  Variables: { principal: Principal }
}

export function tenantOf(c: Context<AppEnv>): string {
  return c.get('principal').tenantId
}

/** Whose request it is, as every command of a caller says. */
export function callerOf(c: Context<AppEnv>): { readonly tenantId: string; readonly by: Actor } {
  const { tenantId, actor } = c.get('principal')
  return { tenantId, by: actor }
}

/** Whether the caller may know what jobs hold: a key that may submit or cancel them need not be one that may read them. */
export function mayRead(c: Context<AppEnv>): boolean {
  return mayDo(c.get('principal'), 'read')
}

/** Whether the caller may decide what jobs write. */
export function mayApprove(c: Context<AppEnv>): boolean {
  return mayDo(c.get('principal'), 'approve')
}

/** @throws {ForbiddenError} */
export function demand(c: Context<AppEnv>, scope: Scope): void {
  if (!mayDo(c.get('principal'), scope)) throw new ForbiddenError(scope)
}
