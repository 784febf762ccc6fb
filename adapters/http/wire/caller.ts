import * as z from 'zod'
import { SCOPES } from '#domain/tenant/principal.ts'
import { ActorView } from './actor.ts'

export const Caller = z
  .object({
    tenant: z.string().meta({ description: 'Whose jobs the caller sees.', examples: ['default'] }),
    scopes: z.array(z.enum(SCOPES)).meta({ description: 'What the caller may do. `admin` includes the others.' }),
    actor: ActorView,
  })
  .meta({
    id: 'Caller',
    examples: [{ tenant: 'default', scopes: ['submit', 'read'], actor: { kind: 'key', id: '3f9a0c1be4d27a65' } }],
    description: 'Who sends a request, as the service sees it.',
  })

export type CallerView = z.infer<typeof Caller>
