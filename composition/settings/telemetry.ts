import * as z from 'zod'
import type { OtlpTarget } from '#adapters/telemetry/otlp-sender.ts'
import type { TelemetryOptions } from '#adapters/telemetry/otlp-telemetry.ts'
import type { Sampler } from '#adapters/telemetry/sampler.ts'
import { isDecodable } from './checks.ts'
import { url } from './fields.ts'
import { wholeNumber } from './whole-number.ts'

// https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ and …/otlp/exporter: the usual
// variables, as far as what they mean exists here. Where one is not given, nothing of telemetry runs.

const boolean = z.stringbool({ error: 'must be "true" or "false"' }).optional()
const milliseconds = wholeNumber(1, 600_000).optional()
const compression = z.enum(['gzip', 'none'], 'must be "gzip" or "none"').optional()
const exporter = z.enum(['otlp', 'none'], 'must be "otlp" or "none"').optional()
const metricsExporter = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.enum(['otlp', 'prometheus', 'none'], 'must be "otlp", "prometheus", both with a comma, or "none"')))
  .optional()

const PAIR = /^[^\s=]+=.*$/
/** `name=value,…`, percent-encoded. */
const pairs = z
  .string()
  .transform((text) => text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()])))
  .refine(
    (parts) => parts.every((part) => PAIR.test(part) && isDecodable(part)),
    'must look like "name=value,name2=value2"',
  )
  .transform((parts) => Object.fromEntries(parts.map(pairOf)))
  .optional()

const SAMPLERS = {
  always_on: { ratio: 1, followsParent: false },
  always_off: { ratio: 0, followsParent: false },
  traceidratio: { followsParent: false },
  parentbased_always_on: { ratio: 1, followsParent: true },
  parentbased_always_off: { ratio: 0, followsParent: true },
  parentbased_traceidratio: { followsParent: true },
} as const satisfies Record<string, Partial<Sampler>>

const samplers = Object.keys(SAMPLERS) as (keyof typeof SAMPLERS)[]

export const telemetryFields = {
  OTEL_SDK_DISABLED: boolean,
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_RESOURCE_ATTRIBUTES: pairs,
  OTEL_TRACES_EXPORTER: exporter,
  OTEL_METRICS_EXPORTER: metricsExporter,
  OTEL_TRACES_SAMPLER: z.enum(samplers, `must be one of ${samplers.join(', ')}`).optional(),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1, 'must be a number from 0 to 1').optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_HEADERS: pairs,
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: pairs,
  OTEL_EXPORTER_OTLP_METRICS_HEADERS: pairs,
  OTEL_EXPORTER_OTLP_TIMEOUT: milliseconds,
  OTEL_EXPORTER_OTLP_COMPRESSION: compression,
  OTEL_EXPORTER_OTLP_PROTOCOL: z.string().optional(),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: z.string().optional(),
  OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: z.string().optional(),
  OTEL_BSP_SCHEDULE_DELAY: milliseconds,
  OTEL_METRIC_EXPORT_INTERVAL: milliseconds,
  /** `true`, and the words of newer releases of the convention for content on spans. */
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: z.string().optional(),
}

export type TelemetryValues = z.infer<z.ZodObject<typeof telemetryFields>>

const DEFAULT_TIMEOUT_MS = 10_000
const DEFAULT_DELAY_MS = 5000
const DEFAULT_INTERVAL_MS = 60_000
const CAPTURED = /^(?:true|1|span_only|span_and_event)$/i

/** What is to be exported; `null` where nothing is. @param release names the deployed code. */
export function telemetryFrom(values: TelemetryValues, release: string | null): TelemetryOptions | null {
  const destinations = destinationsOf(values)
  const { traces, metrics, isScraped } = destinations
  if (values.OTEL_SDK_DISABLED === true || (!traces && !metrics && !isScraped)) return null
  return {
    ...destinations,
    sampler: samplerOf(values),
    isContentCaptured: CAPTURED.test(values.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT ?? ''),
    resource: resourceOf(values, release),
    spanDelayMs: values.OTEL_BSP_SCHEDULE_DELAY ?? DEFAULT_DELAY_MS,
    metricIntervalMs: values.OTEL_METRIC_EXPORT_INTERVAL ?? DEFAULT_INTERVAL_MS,
  }
}

function destinationsOf(values: TelemetryValues): Pick<TelemetryOptions, 'traces' | 'metrics' | 'isScraped'> {
  const { OTEL_TRACES_EXPORTER: traces = 'otlp', OTEL_METRICS_EXPORTER: metrics = ['otlp'] } = values
  return {
    traces: traces === 'otlp' ? targetOf(values, 'TRACES') : null,
    metrics: metrics.includes('otlp') ? targetOf(values, 'METRICS') : null,
    isScraped: metrics.includes('prometheus'),
  }
}

function resourceOf(
  { OTEL_SERVICE_NAME: name, OTEL_RESOURCE_ATTRIBUTES: given }: TelemetryValues,
  release: string | null,
): Readonly<Record<string, string>> {
  return {
    'service.name': 'errand',
    ...(release !== null && { 'service.version': release }),
    ...given,
    ...(name !== undefined && { 'service.name': name }),
    'telemetry.sdk.name': 'errand',
    'telemetry.sdk.language': 'nodejs',
  }
}

/** The specification's default is `http/protobuf`. Receivers of it read JSON at the same address, which is what we send. */
const PROTOCOLS = ['http/json', 'http/protobuf']

/** Why what is to be exported cannot be; `null` where it can. What is not exported needs no protocol. */
export function problemWithProtocol(values: TelemetryValues): string | null {
  const telemetry = telemetryFrom(values, null)
  const names = [
    ...(telemetry?.traces ? (['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] as const) : []),
    ...(telemetry?.metrics ? (['OTEL_EXPORTER_OTLP_METRICS_PROTOCOL'] as const) : []),
    ...(telemetry?.traces || telemetry?.metrics ? (['OTEL_EXPORTER_OTLP_PROTOCOL'] as const) : []),
  ]
  const wrong = names.find((name) => !PROTOCOLS.includes(values[name] ?? 'http/json'))
  if (wrong === undefined) return null
  return `${wrong} must be "http/json": Errand sends OTLP over HTTP as JSON, and has no gRPC. Collectors take that at port 4318.`
}

/** Credentials that no log line may hold, whole and as the parts that follow a scheme such as `Bearer`. */
export function telemetrySecrets(values: TelemetryValues): readonly string[] {
  const all = [
    values.OTEL_EXPORTER_OTLP_HEADERS,
    values.OTEL_EXPORTER_OTLP_TRACES_HEADERS,
    values.OTEL_EXPORTER_OTLP_METRICS_HEADERS,
  ]
  const texts = all.flatMap((headers) => Object.values(headers ?? {}))
  return texts.flatMap((text) => [text, ...text.split(' ').slice(1)]).filter((text) => text.length >= 8)
}

function targetOf(values: TelemetryValues, signal: 'TRACES' | 'METRICS'): OtlpTarget | null {
  const own = values[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`]
  const base = values.OTEL_EXPORTER_OTLP_ENDPOINT
  if (own === undefined && base === undefined) return null
  return {
    // The general address is the root of all signals; that of one signal is taken as it is.
    url: own ?? `${base?.replace(/\/$/, '') ?? ''}/v1/${signal.toLowerCase()}`,
    headers: { ...values.OTEL_EXPORTER_OTLP_HEADERS, ...values[`OTEL_EXPORTER_OTLP_${signal}_HEADERS`] },
    timeoutMs: values.OTEL_EXPORTER_OTLP_TIMEOUT ?? DEFAULT_TIMEOUT_MS,
    isCompressed: values.OTEL_EXPORTER_OTLP_COMPRESSION === 'gzip',
  }
}

function samplerOf({ OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG: ratio = 1 }: TelemetryValues): Sampler {
  return { ratio, ...SAMPLERS[OTEL_TRACES_SAMPLER ?? 'parentbased_always_on'] }
}

function pairOf(part: string): readonly [string, string] {
  const [name = '', ...value] = part.split('=')
  return [decodeURIComponent(name).trim(), decodeURIComponent(value.join('=')).trim()]
}
