import { type OpenApiDocument, openApiDocument } from '#adapters/http/openapi/document.ts'
import { type DescribedRoute, type ResourceDescription, describedRoutes } from '#adapters/http/resource.ts'
import { contractResource } from '#adapters/http/resources/contract.ts'
import { type ResourceDeps, httpResources } from '#composition/resources.ts'

/** What every installation serves. It is described here and never called, so nothing is behind it. */
const described: readonly ResourceDescription[] = httpResources({} as ResourceDeps)
const resources = [...described, contractResource(described)]

/** The contract as it is published. */
export const contract: OpenApiDocument = openApiDocument(resources)

export const routes: readonly DescribedRoute[] = describedRoutes(resources)
