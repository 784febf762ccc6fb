import * as z from 'zod'

// opentelemetry-proto 1.x in its JSON mapping. Strict: a member that the protocol does not have is refused, too.

const traceId = z.string().regex(/^[\da-f]{32}$/)
const spanId = z.string().regex(/^[\da-f]{16}$/)
/** 64-bit integers are decimal text. */
const fixed64 = z.string().regex(/^\d{1,20}$/)
const int64 = z.string().regex(/^-?\d{1,19}$/)
const uint32 = z.int().min(0).max(0xffffffff)

type Any = string | boolean | number | bigint | Any[]

const scalar = z.union([
  z.strictObject({ stringValue: z.string() }).transform(({ stringValue }): Any => stringValue),
  z.strictObject({ boolValue: z.boolean() }).transform(({ boolValue }): Any => boolValue),
  z.strictObject({ intValue: int64 }).transform(({ intValue }): Any => Number(intValue)),
  z.strictObject({ doubleValue: z.number() }).transform(({ doubleValue }): Any => doubleValue),
])
const anyValue = z.union([
  scalar,
  z
    .strictObject({ arrayValue: z.strictObject({ values: z.array(scalar) }) })
    .transform(({ arrayValue }): Any => arrayValue.values),
])

const attributes = z
  .array(z.strictObject({ key: z.string().min(1), value: anyValue }))
  .refine((pairs) => new Set(pairs.map(({ key }) => key)).size === pairs.length, 'a key is there twice')
  .transform((pairs) => Object.fromEntries(pairs.map(({ key, value }) => [key, value])))

const resource = z.strictObject({ attributes })
const scope = z.strictObject({ name: z.string() })

const span = z.strictObject({
  traceId,
  spanId,
  traceState: z.string().optional(),
  parentSpanId: spanId.optional(),
  flags: uint32,
  name: z.string().min(1),
  kind: z.int().min(1).max(5),
  startTimeUnixNano: fixed64,
  endTimeUnixNano: fixed64,
  attributes,
  status: z.strictObject({ message: z.string().optional(), code: z.int().min(0).max(2) }).optional(),
})

const traces = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({ resource, scopeSpans: z.array(z.strictObject({ scope, spans: z.array(span) })) }),
  ),
})

const point = { attributes, startTimeUnixNano: fixed64.optional(), timeUnixNano: fixed64 }
const numberPoint = z.union([
  z.strictObject({ ...point, asInt: int64 }),
  z.strictObject({ ...point, asDouble: z.number() }),
])
const histogramPoint = z
  .strictObject({
    attributes,
    startTimeUnixNano: fixed64,
    timeUnixNano: fixed64,
    count: fixed64,
    sum: z.number(),
    bucketCounts: z.array(fixed64),
    explicitBounds: z.array(z.number()),
  })
  .refine(({ bucketCounts, explicitBounds }) => bucketCounts.length === explicitBounds.length + 1)
  .refine(({ bucketCounts, count }) => bucketCounts.reduce((sum, one) => sum + Number(one), 0) === Number(count))
const head = { name: z.string().min(1), description: z.string(), unit: z.string() }
const aggregationTemporality = z.int().min(1).max(2)

const metric = z.union([
  z.strictObject({ ...head, gauge: z.strictObject({ dataPoints: z.array(numberPoint) }) }),
  z.strictObject({
    ...head,
    sum: z.strictObject({ aggregationTemporality, isMonotonic: z.boolean(), dataPoints: z.array(numberPoint) }),
  }),
  z.strictObject({
    ...head,
    histogram: z.strictObject({ aggregationTemporality, dataPoints: z.array(histogramPoint) }),
  }),
])

const metrics = z.strictObject({
  resourceMetrics: z.array(
    z.strictObject({ resource, scopeMetrics: z.array(z.strictObject({ scope, metrics: z.array(metric) })) }),
  ),
})

export type ReceivedSpan = z.infer<typeof span> & { readonly resource: Readonly<Record<string, unknown>> }

export type ReceivedMetric = z.infer<typeof metric>

export function spansIn(message: unknown): readonly ReceivedSpan[] {
  return traces
    .parse(message)
    .resourceSpans.flatMap(({ resource: of, scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans.map((one) => ({ ...one, resource: of.attributes }))),
    )
}

export function metricsIn(message: unknown): readonly ReceivedMetric[] {
  return metrics
    .parse(message)
    .resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((one) => one.metrics))
}
