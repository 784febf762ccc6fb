import * as z from 'zod'
import { agentName, agentVersion, count } from './common.ts'
import { EXAMPLES } from './examples.ts'

export const AgentInfo = z
  .object({
    name: agentName,
    version: agentVersion,
    description: z.string(),
    model: z.string(),
    maxIterations: count,
    inputSchema: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: 'JSON Schema of the input; `null` takes any JSON.' }),
    outputSchema: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: 'JSON Schema of the output; `null` for an answer in words.' }),
    tools: z.array(
      z.object({ name: z.string(), description: z.string(), effect: z.enum(['read', 'idempotent', 'once']) }),
    ),
  })
  .meta({ id: 'Agent' })

export const AgentList = z.object({ agents: z.array(AgentInfo) }).meta({ id: 'AgentList', examples: [EXAMPLES.agents] })
