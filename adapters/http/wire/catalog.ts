import * as z from 'zod'
import { LANGUAGES } from '#domain/shop/product.ts'
import { agentName, count, timestamp } from './common.ts'
import { EXAMPLES } from './examples.ts'

const summary = z.object({ handle: z.string(), title: z.string(), vendor: z.string(), type: z.string() })

export const ProductList = z
  .object({ products: z.array(summary) })
  .meta({ id: 'ProductList', examples: [EXAMPLES.products] })

export const ProductWithDrafts = summary
  .extend({
    tags: z.array(z.string()),
    descriptionHtml: z.string(),
    price: z.string().meta({ description: "The shop's own text.", examples: ['349.00'] }),
    currency: z.string().meta({ examples: ['SEK'] }),
    variants: z.array(z.string()),
    drafts: z.array(
      z.object({ product: z.string(), language: z.enum(LANGUAGES), text: z.string(), savedAt: timestamp }),
    ),
  })
  .meta({
    id: 'Product',
    examples: [EXAMPLES.product],
    description: 'A product of the shop, and the descriptions proposed for it, newest first.',
  })

export const AgentInfo = z
  .object({
    name: agentName,
    description: z.string(),
    model: z.string(),
    maxIterations: count,
    inputSchema: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: 'JSON Schema of the input; `null` takes any JSON.' }),
    tools: z.array(
      z.object({ name: z.string(), description: z.string(), effect: z.enum(['read', 'idempotent', 'once']) }),
    ),
  })
  .meta({ id: 'Agent' })

export const AgentList = z.object({ agents: z.array(AgentInfo) }).meta({ id: 'AgentList', examples: [EXAMPLES.agents] })

export const Health = z
  .object({ status: z.literal('ok'), runtime: z.string() })
  .meta({ id: 'Health', examples: [EXAMPLES.health] })

export const Readiness = z
  .object({ status: z.literal('ready') })
  .meta({ id: 'Readiness', examples: [EXAMPLES.readiness] })

export const Index = z
  .object({ service: z.literal('errand'), routes: z.record(z.string(), z.string()) })
  .meta({ id: 'Index', examples: [EXAMPLES.index] })
