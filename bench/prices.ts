/** When the pages named here were read, or copies of them. All are list prices in US dollars without what a plan includes; AWS: us-east-1. */
export const PRICES_READ = 'November 2026'

const MILLION = 1e6

/**
 * https://developers.cloudflare.com/workers/platform/pricing/, https://developers.cloudflare.com/durable-objects/platform/pricing/
 * and https://developers.cloudflare.com/d1/platform/pricing/.
 */
export const CLOUDFLARE = {
  workerRequest: 0.3 / MILLION,
  workerCpuMs: 0.02 / MILLION,
  objectRequest: 0.15 / MILLION,
  gigabyteSecond: 12.5 / MILLION,
  /** Of an object and of D1 alike. */
  rowWritten: 1 / MILLION,
  rowRead: 0.001 / MILLION,
  objectGigabyteMonth: 0.2,
  d1GigabyteMonth: 0.75,
}

/**
 * https://aws.amazon.com/lambda/pricing/ (arm64), https://aws.amazon.com/dynamodb/pricing/on-demand/ (since the cut of November 2024),
 * https://aws.amazon.com/sqs/pricing/ (standard queue) and https://aws.amazon.com/api-gateway/pricing/ (HTTP API).
 */
export const AWS = {
  lambdaRequest: 0.2 / MILLION,
  gigabyteSecond: 13.3334 / MILLION,
  /** 1 KB each. */
  writeUnit: 0.625 / MILLION,
  /** 4 KB each. */
  readUnit: 0.125 / MILLION,
  queueRequest: 0.4 / MILLION,
  gatewayRequest: 1 / MILLION,
  gigabyteMonth: 0.25,
}
