import * as z from 'zod'
import type { ShopifyAdmin, ShopifyRequest } from './admin.ts'
import { STAGE_UPLOAD } from './documents.ts'
import { ShopifyError } from './errors.ts'
import { USER_ERRORS, parse, refuseUserErrors } from './parse.ts'

const STAGED = z.object({
  stagedUploadsCreate: z.object({
    stagedTargets: z
      .array(
        z.object({
          url: z.string().nullable(),
          parameters: z.array(z.object({ name: z.string(), value: z.string() })),
        }),
      )
      .nullable(),
    userErrors: USER_ERRORS,
  }),
})

/** Uploads the variables of a bulk mutation. @returns the path by which the mutation names them. @throws {ShopifyError} */
export async function stageVariables(admin: ShopifyAdmin, jsonl: Blob, options: ShopifyRequest): Promise<string> {
  const input = {
    resource: 'BULK_MUTATION_VARIABLES',
    filename: 'variables.jsonl',
    mimeType: 'text/jsonl',
    httpMethod: 'POST',
  }
  const { stagedUploadsCreate } = parse(
    STAGED,
    await admin.request(STAGE_UPLOAD, { input: [input] }, { ...options, repeatable: true }),
  )
  refuseUserErrors(stagedUploadsCreate.userErrors)
  const target = stagedUploadsCreate.stagedTargets?.[0]
  const path = target?.parameters.find(({ name }) => name === 'key')?.value
  if (!target?.url || path === undefined)
    throw new ShopifyError('unavailable', 'Shopify named no place for the upload of a bulk mutation.')
  const form = new FormData()
  for (const { name, value } of target.parameters) form.append(name, value)
  // The storage takes no field after the file.
  form.append('file', jsonl, 'variables.jsonl')
  const answer = await admin.fetch(target.url, { method: 'POST', body: form, signal: options.signal ?? null })
  if (!answer.ok)
    throw new ShopifyError(
      'unavailable',
      `The variables of a bulk mutation were not taken: status ${String(answer.status)}.`,
    )
  return path
}
