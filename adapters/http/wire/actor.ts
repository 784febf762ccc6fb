import * as z from 'zod'
import { EXAMPLES } from './examples.ts'

/** Open for kinds to come, as `#domain/tenant/actor.ts` is. */
export const ActorView = z
  .object({
    kind: z.string().meta({
      description:
        "`key`: a caller with an API key. `keyless`: a program on the server's machine, while there are no keys. `cli`: a command on the machine that holds the data. `operation`: a bulk operation. `schedule`: a schedule that fired. `webhook`: an event that came in. `batch`: a batch. `system`: Errand itself. More may come.",
    }),
    id: z.string().optional().meta({
      description:
        'Of the key (its public part, as `errand keys list` shows it), of the operation, of the schedule, of the batch, of the webhook (its name), or of the part of Errand.',
    }),
    event: z.string().optional().meta({ description: 'Of `webhook`: the id of the event.' }),
    get for() {
      return ActorView.optional()
    },
  })
  .meta({
    id: 'Actor',
    examples: [EXAMPLES.job.createdBy, EXAMPLES.operationActor],
    description: 'Who caused something, and `for` whom.',
  })
