import type { Agent } from '#domain/agent/agent.ts'
import type { ProductCatalog } from '#ports/product-catalog.ts'
import { productCopywriter } from './agents/product-copywriter.ts'

/** What an agent's tools may need from the world. */
export interface World {
  readonly catalog: ProductCatalog
}

/** The agents of this installation. Yours goes into `agents/` and onto this list. */
export function agents({ catalog }: World): readonly Agent[] {
  return [productCopywriter(catalog)]
}
