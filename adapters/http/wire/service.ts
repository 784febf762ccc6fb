import * as z from 'zod'
import { EXAMPLES } from './examples.ts'

export const Health = z
  .object({ status: z.literal('ok'), runtime: z.string() })
  .meta({ id: 'Health', examples: [EXAMPLES.health] })

export const Readiness = z
  .object({ status: z.literal('ready') })
  .meta({ id: 'Readiness', examples: [EXAMPLES.readiness] })

export const Index = z
  .object({ service: z.literal('errand'), routes: z.record(z.string(), z.string()) })
  .meta({ id: 'Index', examples: [EXAMPLES.index] })
