// Every query and mutation that we send to Shopify's Admin API. `test/shopify/documents.test.ts` checks them against the
// schema that Shopify publishes for the version in `admin.ts`.

const PRODUCT_FIELDS = `
  id handle title descriptionHtml vendor productType tags status updatedAt
  seo { title description }
  variantsCount { count }
  variants(first: 20) { nodes { id title sku barcode price } }
`

export const PRODUCT = `query ErrandProduct($identifier: ProductIdentifierInput!) {
  productByIdentifier(identifier: $identifier) { ${PRODUCT_FIELDS} }
}`

export const PRODUCTS = `query ErrandProducts($first: Int!, $after: String, $query: String, $sortKey: ProductSortKeys) {
  products(first: $first, after: $after, query: $query, sortKey: $sortKey) {
    nodes { ${PRODUCT_FIELDS} }
    pageInfo { hasNextPage endCursor }
  }
}`

export const ORDERS = `query ErrandOrders($first: Int!, $after: String, $query: String) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { id legacyResourceId checkoutToken cartToken createdAt updatedAt }
    pageInfo { hasNextPage endCursor }
  }
}`

export const UPDATE_PRODUCT = `mutation ErrandUpdateProduct($product: ProductUpdateInput!) {
  productUpdate(product: $product) {
    product { id title descriptionHtml seo { title description } }
    userErrors { field message }
  }
}`

export const LOCALES = `query ErrandLocales { shopLocales { locale name primary published } }`

export const TRANSLATABLE = `query ErrandTranslatable($resourceId: ID!, $locale: String!) {
  translatableResource(resourceId: $resourceId) {
    resourceId
    translatableContent { key value digest locale }
    translations(locale: $locale) { key value outdated }
  }
}`

export const REGISTER_TRANSLATIONS = `mutation ErrandRegisterTranslations($resourceId: ID!, $translations: [TranslationInput!]!) {
  translationsRegister(resourceId: $resourceId, translations: $translations) {
    translations { key locale value }
    userErrors { field message code }
  }
}`

export const REMOVE_TRANSLATIONS = `mutation ErrandRemoveTranslations($resourceId: ID!, $keys: [String!]!, $locales: [String!]!) {
  translationsRemove(resourceId: $resourceId, translationKeys: $keys, locales: $locales) {
    translations { key locale }
    userErrors { field message code }
  }
}`

const BULK_FIELDS = `id status errorCode type query createdAt completedAt objectCount url partialDataUrl`

export const RUN_BULK_QUERY = `mutation ErrandBulkQuery($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: false) {
    bulkOperation { ${BULK_FIELDS} }
    userErrors { field message code }
  }
}`

export const RUN_BULK_MUTATION = `mutation ErrandBulkMutation($mutation: String!, $path: String!, $clientIdentifier: String) {
  bulkOperationRunMutation(mutation: $mutation, stagedUploadPath: $path, clientIdentifier: $clientIdentifier) {
    bulkOperation { ${BULK_FIELDS} }
    userErrors { field message code }
  }
}`

export const BULK_OPERATION = `query ErrandBulkOperation($id: ID!) { bulkOperation(id: $id) { ${BULK_FIELDS} } }`

export const BULK_OPERATIONS = `query ErrandBulkOperations($first: Int!, $after: String, $query: String) {
  bulkOperations(first: $first, after: $after, query: $query, sortKey: CREATED_AT, reverse: true) {
    nodes { ${BULK_FIELDS} }
    pageInfo { hasNextPage endCursor }
  }
}`

export const STAGE_UPLOAD = `mutation ErrandStageUpload($input: [StagedUploadInput!]!) {
  stagedUploadsCreate(input: $input) {
    stagedTargets { url resourceUrl parameters { name value } }
    userErrors { field message }
  }
}`

export const SUBSCRIPTIONS = `query ErrandSubscriptions($first: Int!, $after: String, $uri: String) {
  webhookSubscriptions(first: $first, after: $after, uri: $uri) {
    nodes { id topic uri }
    pageInfo { hasNextPage endCursor }
  }
}`

export const SUBSCRIBE = `mutation ErrandSubscribe($topic: WebhookSubscriptionTopic!, $subscription: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $subscription) {
    webhookSubscription { id topic uri }
    userErrors { field message }
  }
}`
