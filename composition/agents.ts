import type { Agent } from '#domain/agent/agent.ts'
import type { ProductCatalog } from '#ports/product-catalog.ts'
import type { PublicFetch } from '#ports/public-fetch.ts'
import { productCopywriter } from './agents/product-copywriter.ts'

/** What an agent's tools may need from the world. */
export interface World {
  readonly catalog: ProductCatalog
  /** For addresses that come from a caller or a model: it reaches nothing inside of your network. */
  readonly publicFetch: PublicFetch
  /** Variables and secrets of the installation that are no settings of Errand's own, on every runtime (`process.env` is Node's alone). */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The agents of this installation. Yours goes into `agents/` and onto this list. */
export function agents({ catalog }: World): readonly Agent[] {
  return [productCopywriter(catalog)]
}
