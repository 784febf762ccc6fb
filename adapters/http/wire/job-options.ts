import * as z from 'zod'
import { CALLBACK_EVENTS } from '#domain/callback/delivery.ts'
import { WRITE_MODES } from '#domain/write/write.ts'
import { label } from './common.ts'

export const YEAR_S = 31_536_000

const CallbackRequest = z
  .strictObject({
    url: z
      .string()
      .min(1)
      .max(2048)
      .meta({
        description: 'An https URL that the public can reach.',
        examples: ['https://shop.example.com/hooks/errand'],
      }),
    events: z
      .array(z.enum(CALLBACK_EVENTS))
      .min(1)
      .max(CALLBACK_EVENTS.length)
      .default([...CALLBACK_EVENTS])
      .meta({ description: 'What to be called back for; everything if nothing is said.' }),
  })
  .meta({ id: 'CallbackRequest' })

/** `apply` needs the scope `approve`: a key that may only submit leaves it to the agent. */
export const writes = z
  .enum(WRITE_MODES)
  .optional()
  .meta({
    description:
      'Whether its jobs make their writes, or propose them to a person. As the agent says unless given. `apply` needs the scope `approve`.',
    examples: ['propose'],
  })

const MAX_METADATA = 32

/** What a job may be given beside its work, when it is submitted and when it is scheduled. */
export const jobOptions = {
  tags: z
    .array(label)
    .max(20)
    .optional()
    .meta({ description: 'Words to find the job by.', examples: [['autumn']] }),
  metadata: z
    .record(label, z.string().max(512))
    .refine(
      (notes) => Object.keys(notes).length <= MAX_METADATA,
      `must not have more than ${String(MAX_METADATA)} members`,
    )
    .optional()
    .meta({
      description: 'Your own notes, given back as they came.',
      examples: [{ order: '1042' }],
      override: { maxProperties: MAX_METADATA },
    }),
  callback: CallbackRequest.optional(),
  retentionSeconds: z
    .int()
    .min(60)
    .max(10 * YEAR_S)
    .optional()
    .meta({ description: 'How long the job is kept after its end.', examples: [86_400] }),
}

/** The same, as use-cases take it. */
export function jobOptionsOf({ tags, metadata, callback, retentionSeconds }: z.infer<z.ZodObject<typeof jobOptions>>) {
  return {
    ...(tags && { tags }),
    ...(metadata && { metadata }),
    ...(callback && { callback }),
    ...(retentionSeconds !== undefined && { retainMs: retentionSeconds * 1000 }),
  }
}
