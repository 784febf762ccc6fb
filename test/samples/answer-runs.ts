import * as z from 'zod'
import { answer } from '#test/support/script.ts'
import type { Run } from './sample-job.ts'

const agent = { output: z.object({ title: z.string() }) }

export const ANSWER_RUNS: readonly Run[] = [
  {
    name: 'an answer that was corrected',
    agent,
    play: (job) => job.run([answer('A fine apron.'), answer('{"title":7}'), answer('{"title":"Linen"}')]),
  },
  { name: 'an answer that does not fit', agent, play: (job) => job.run([answer('a'), answer('b'), answer('c')]) },
]
