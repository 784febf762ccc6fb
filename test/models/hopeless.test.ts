import { expect, test } from 'vitest'
import { failureFrom } from '#adapters/models/failure.ts'
import { RefusalError } from '#adapters/models/refusal.ts'

// A 429 says "not now" or "never": which of them, providers say in their own words. These are theirs, without names.

const NOW = Date.parse('2026-11-23T12:00:00Z')

function failure(body: unknown, status: number) {
  const refusal = new RefusalError({ status, headers: {} }, body)
  return failureFrom(refusal, { model: 'openai/x', redact: (text) => text, now: NOW })
}

const said = (message: string, kinds: object = {}): object => ({ error: { message, ...kinds } })
const google = (message: string, details: readonly object[] = []): object[] => [
  said(message, { code: 429, status: 'RESOURCE_EXHAUSTED', details }),
]
const CURRENT_QUOTA = 'You exceeded your current quota, please check your plan and billing details.'

test.each([
  ['OpenAI, in words alone', said(CURRENT_QUOTA)],
  ['OpenAI, unpaid', said('Your account is not active.', { code: 'billing_not_active' })],
  [
    'OpenAI, too large for a minute',
    said('Request too large on tokens per min: Limit 30, Requested 40.', { type: 'tokens' }),
  ],
  [
    'Anthropic, its limit',
    said('You have reached your specified API usage limits. You will regain access on 2026-12-01.'),
  ],
  [
    'Anthropic, its spending',
    said('Your organization has reached its monthly spend limit', { type: 'rate_limit_error' }),
  ],
  ['Anthropic, its plan', said('Extra usage is required for long context requests.', { type: 'rate_limit_error' })],
  ['Google, a model without a quota', google(`${CURRENT_QUOTA} * Quota exceeded for x, limit: 0, model: y`)],
  ['Google, prepaid', google('Your prepayment credits are depleted.')],
  ['Google, its cap', google('Your project has exceeded its monthly spending cap.')],
  ['Mistral, its subscription', { message: 'Inactive subscription or usage limit reached' }],
  ['Mistral, its month', { detail: 'You have exceeded your monthly quota. Please upgrade your plan.' }],
  ['Groq, its spending', said('Organization has reached its spend limit', { code: 'blocked_api_access' })],
  ['DeepSeek', said('Insufficient Balance')],
  ['OpenRouter, its key', said('Key limit exceeded (total limit).', { code: 429 })],
  ['xAI', { code: 'Some resource has been exhausted', error: 'Your team has either used all available credits or …' }],
  ['Zhipu', said('您的账户已欠费，请充值后重试', { code: '1113' })],
  ['Together', said('Credit limit exceeded', { type: 'credit_limit' })],
  ['Fireworks', said('Account some-shop is suspended, possibly due to reaching the monthly spending limit')],
  ['Cohere, on trial', { message: 'You are using a Trial key, which is limited to 1000 API calls / month.' }],
  ['Hugging Face', { error: 'You have exceeded your monthly included credits for Inference Providers.' }],
  ['LiteLLM', said('ExceededBudget: Crossed spend within 30d', { type: 'budget_exceeded', code: '429' })],
  ['OpenRouter, that quotes', said('Gone', { metadata: { raw: '{"error":{"type":"insufficient_quota"}}' } })],
  ['a gateway, that quotes', said('{"error":{"message":"Gone","code":"insufficient_quota"}}')],
  ['LiteLLM, that quotes', said("OpenAIException - {'error': {'message': 'Gone', 'type': 'insufficient_quota'}}")],
  ['Volcengine', said('Your account has reached the set inference limit', { code: 'SetLimitExceeded' })],
  ['Novita', said('Gone', { code: 'NOT_ENOUGH_BALANCE' })],
  ['Zhipu, locked', said('您的账户已被锁定，请联系客服解锁', { code: '1112' })],
  ['a gateway, its limit', said('You have exceeded your credit limit')],
  ['a gateway, its credits', said('You have no credits left')],
  ['a gateway, its trial', said('Your free trial has expired')],
  ['a gateway, in other words', 'The quota of your team is used up for this month'],
  ['Copilot', said('You have exceeded your monthly quota', { code: 'quota_exceeded' })],
])('a 429 that waiting does not mend, and that slows no other call down: %s', (_, body) => {
  expect(failure(body, 429)).toMatchObject({ retryable: false, isCrowded: false })
})

test.each([
  ['Google, of a minute', google(`${CURRENT_QUOTA} limit: 5. Please retry in 28s.`)],
  ['Google, with the delay in its details', google(CURRENT_QUOTA, [{ retryDelay: '44s' }])],
  ['Google, that a gateway shortened', google(CURRENT_QUOTA)],
  ['OpenAI, that names its billing', said('Limit 3. Please try again in 20s. Add a payment method at …/billing.')],
  ['OpenAI, of a plan', said('Usage limit reached. Try again in 2 hours.')],
  ['Groq, of a day', said('Limit 100000 tokens per day. Please try again in 14m33.6s. Upgrade at …/billing')],
  ['Mistral', { message: 'Service tier capacity exceeded for this model.', type: 'service_tier_capacity_exceeded' }],
  ['Azure', said('You have exceeded the token rate limit of your pricing tier. Please retry after 52 seconds.')],
  ['xAI', { code: 'Some resource has been exhausted', error: 'Too many requests for team x' }],
  ['DashScope', { code: 'Throttling.AllocationQuota', message: 'Allocated quota exceeded' }],
  ['Cohere, on trial', { message: 'You are using a Trial key, which is limited to 10 API calls / minute.' }],
  ['OpenRouter', said('Provider returned error', { metadata: { raw: 'x is temporarily rate-limited upstream.' } })],
  ['nginx', '<html><title>429 Too Many Requests</title></html>'],
])('a 429 that passes: %s', (_, body) => {
  expect(failure(body, 429)).toMatchObject({ retryable: true, isCrowded: true })
})

test.each([
  [403, said('Rate Limit Exceeded', { status: 'RATE_LIMIT_EXCEEDED' })],
  [400, { __type: 'ThrottlingException', message: 'Rate exceeded', code: 'ThrottlingException' }],
  [424, said('The model behind is not ready')],
  [425, ''],
  [498, said('capacity exceeded', { type: 'capacity_exceeded' })],
  [499, ''],
  [520, 'error code: 520'],
  [503, said('No available channel for model x', { code: 'model_not_found' })],
  [503, said('The filter is down', { code: 'content_filter_error' })],
  [500, said('Unauthorized to reach region eu, failing over')],
])('another status that passes: %i', (status, body) => {
  expect(failure(body, status)).toMatchObject({ retryable: true })
})

test.each([
  [400, said('Your credit balance is too low to access the API.', { type: 'invalid_request_error' })],
  [400, said('Budget has been exceeded! Current cost: 10.2', { type: 'budget_exceeded' })],
  [413, said('Request too large on tokens per minute: Limit 6000, Requested 9000', { code: 'rate_limit_exceeded' })],
  [500, said("This model's maximum context length is 8192 tokens.")],
  [500, said('Gone', { code: 'context_length_exceeded' })],
  [502, said('Gone', { code: 'model_not_found' })],
  [503, said('prompt is too long: 210000 tokens > 200000 maximum')],
  [200, said('Gone', { code: 'content_filter' })],
  [200, { detail: 'Not authenticated' }],
  [500, said('litellm.AuthenticationError: OpenAIException - Incorrect API key provided')],
  [500, said('DeepseekException - Error code: 402 - Insufficient Balance', { code: '500' })],
])('another status that does not: %i', (status, body) => {
  expect(failure(body, status)).toMatchObject({ retryable: false })
})
