import * as z from 'zod'
import { WRITE_MODES } from '#domain/write/write.ts'
import { agentName, agentVersion, count, timestamp } from './common.ts'
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

const toolView = z.object({
  name: z.string(),
  description: z.string(),
  effect: z.enum(['read', 'idempotent', 'once']),
  writes: z.boolean().meta({ description: 'Whether it makes or proposes writes.' }),
  approval: z.enum(['never', 'always', 'by_input']).meta({ description: 'Whether a person must allow its calls.' }),
  inputSchema: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of its input.' }),
  timeoutSeconds: z.number(),
})

const FOR_ADMINS = 'Absent without the scope `admin`.'

export const AgentDetail = AgentInfo.extend({
  tools: z.array(toolView),
  fallbackModels: z.array(z.string()).meta({ description: 'Models that are asked where the one before fails.' }),
  files: z.array(z.string()).meta({ description: 'Members of the input that hold images or documents.' }),
  writes: z
    .enum(WRITE_MODES)
    .meta({ description: 'What its jobs do with writes where their submission does not say.' }),
  modelTimeoutSeconds: z.number(),
  jobTimeoutSeconds: z.number(),
  instructions: z
    .string()
    .nullable()
    .optional()
    .meta({ description: `\`null\` where a function makes them of the input. ${FOR_ADMINS}` }),
  settings: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ description: `How its model is called: temperature and the like. ${FOR_ADMINS}` }),
}).meta({ id: 'AgentDefinition', examples: [EXAMPLES.agent] })

export const AgentList = z.object({ agents: z.array(AgentInfo) }).meta({ id: 'AgentList', examples: [EXAMPLES.agents] })

export const AgentVersion = z
  .object({
    fingerprint: z.string().meta({ description: 'Of the whole definition.' }),
    isCurrent: z.boolean().meta({ description: 'Whether it is the definition of the process that answers.' }),
    firstSeenAt: timestamp,
    lastSeenAt: timestamp.meta({
      description: 'When a server or Worker last started with it; once a day at most while nothing changes.',
    }),
    definition: z.record(z.string(), z.unknown()).nullable().meta({
      description: `As \`GET /agents/{name}\` showed it then. \`null\` where it is longer than 100 000 characters.`,
    }),
  })
  .meta({ id: 'AgentVersion' })

export const AgentVersionList = z
  .object({ versions: z.array(AgentVersion) })
  .meta({ id: 'AgentVersionList', examples: [EXAMPLES.agentVersions] })
