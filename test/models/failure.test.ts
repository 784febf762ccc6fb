import { InvalidPromptError, UnsupportedFunctionalityError } from '@ai-sdk/provider'
import { describe, expect, test } from 'vitest'
import { BrokenAnswerError } from '#adapters/models/answer-error.ts'
import { failureFrom } from '#adapters/models/failure.ts'
import { RefusalError } from '#adapters/models/refusal.ts'
import { redactor } from '#adapters/web/redact.ts'
import { CanceledError } from '#domain/job/errors.ts'

const context = { model: 'openai/x', redact: redactor([]), now: 0 }

function refused(status: number, body: unknown = {}, headers: Readonly<Record<string, string>> = {}): RefusalError {
  return new RefusalError({ status, headers }, body)
}

describe('a refusal', () => {
  test.each([
    [408, true],
    [409, true],
    [429, true],
    [500, true],
    [503, true],
    [529, true],
    [501, false],
    [505, false],
    [303, false],
    [400, false],
    [401, false],
    [402, false],
    [403, false],
    [404, false],
    [422, false],
  ])('with status %i is worth another try: %s', (status, retryable) => {
    expect(failureFrom(refused(status), context)).toMatchObject({ retryable })
  })

  test.each([
    ['OpenAI, out of quota', 429, { error: { type: 'insufficient_quota', code: 'insufficient_quota' } }],
    ['OpenAI, at its billing limit', 429, { error: { code: 'billing_hard_limit_reached' } }],
    ['Anthropic, unpaid', 429, { type: 'error', error: { type: 'billing_error' } }],
    ['Moonshot, out of quota', 429, { error: { type: 'exceeded_current_quota_error' } }],
    ['a proxy that wraps a bad key', 500, { error: { code: 'invalid_api_key' } }],
    ['a gateway without credits', 200, { error: { code: 402 } }],
    ['a gateway without the model', 200, { error: { code: '404' } }],
    ['Zhipu, without a kind', 429, { error: { code: '1113', message: 'Insufficient balance, please recharge.' } }],
    ['a gateway, in words', 200, { message: 'Insufficient account funds' }],
    ['vLLM, under a good status', 200, { object: 'error', code: 400, type: 'BadRequestError' }],
    ['Anthropic, in a stream', 200, { type: 'error', error: { type: 'invalid_request_error' } }],
    ['OpenAI, in a stream', 200, { type: 'error', code: 'context_length_exceeded' }],
  ])('that is hopeless is not tried again: %s', (_, status, body) => {
    expect(failureFrom(refused(status, body), context)).toMatchObject({ retryable: false })
  })

  test.each([
    ['OpenAI, too fast', 429, { error: { type: 'tokens', code: 'rate_limit_exceeded' } }],
    ['Google, out of quota for now', 429, [{ error: { code: 429, status: 'RESOURCE_EXHAUSTED' } }]],
    ['a gateway, too fast', 200, { error: { code: 429 } }],
    ['a gateway, failed behind', 200, { error: { code: 502 } }],
    ['Anthropic, in a stream', 200, { type: 'error', error: { type: 'overloaded_error' } }],
    ['OpenAI, in a stream', 200, { type: 'error', code: 'server_error' }],
    ['Groq, a call that it could not read', 400, { error: { code: 'tool_use_failed', type: 'invalid_request_error' } }],
    ['Groq, JSON that it could not read', 400, { error: { code: 'json_validate_failed' } }],
    ['an error without any code', 200, { error: 'Oops' }],
  ])('that may pass is tried again: %s', (_, status, body) => {
    expect(failureFrom(refused(status, body), context)).toMatchObject({ retryable: true })
  })

  test('is of the kind that a header names', () => {
    const throttled = refused(400, { message: 'No' }, { 'x-amzn-errortype': 'ThrottlingException' })
    expect(failureFrom(throttled, context)).toMatchObject({ retryable: true })
  })

  test.each([
    ['true', 400, true],
    ['false', 429, false],
    ['false', 503, false],
    ['True', 400, true],
    [' FALSE ', 429, false],
    ['false, false', 429, false],
    ['perhaps', 503, true],
  ])('with x-should-retry: %s and status %i', (said, status, retryable) => {
    expect(failureFrom(refused(status, {}, { 'x-should-retry': said }), context)).toMatchObject({ retryable })
  })

  test.each([
    [{ error: { message: 'Oops' } }, 'Oops.'],
    [{ error: 'Oops' }, 'Oops.'],
    [{ message: 'Oops' }, 'Oops.'],
    [{ detail: 'Oops' }, 'Oops.'],
    [{ error: { detail: [{ msg: 'Oops' }] } }, 'Oops.'],
    [[{ error: { message: 'Oops' } }], 'Oops.'],
    [
      { detail: [{ loc: ['body', 'tools', 0], msg: 'extra fields' }, { msg: 'Oops' }] },
      'body.tools.0: extra fields; Oops.',
    ],
    [{ error: { message: 'Provider returned error', metadata: { raw: 'Oops' } } }, 'Provider returned error: Oops.'],
    [{ error: ['Oops', 'again'] }, 'Oops; again.'],
    [{ message: { detail: [{ loc: ['body', 'top_p'], msg: 'Oops' }] } }, 'body.top_p: Oops.'],
    [{ detail: { error: { message: 'Oops' } } }, 'Oops.'],
    [{ error: { code: 'x', message: null, innererror: { message: 'Oops' } } }, 'Oops.'],
    [{ error: { details: [{ fieldViolations: [{ description: 'Oops' }] }] } }, 'Oops.'],
    [{ errors: [{ status: '400', title: 'No', detail: 'Oops' }] }, 'Oops.'],
    [{ fault: { faultstring: 'Oops' } }, 'Oops.'],
    [{ error_message: 'Oops' }, 'Oops.'],
    [{ error: { message: '[{"error":{"message":"Oops"}}]' } }, 'Oops.'],
    [{ error: { message: 'Gone', metadata: { raw: '{"error":{"message":"Oops"}}' } } }, 'Gone: Oops.'],
    [{ error: { message: 'Gone', metadata: { raw: { message: 'Oops' } } } }, 'Gone: Oops.'],
    ['{"error": Oops', '{"error": Oops.'],
    ['<?xml version="1.0"?><Error><Code>No</Code><Message>Oops</Message></Error>', 'Oops.'],
    [{ errors: [{ message: 'Oops' }] }, 'Oops.'],
    [{ error: { message: { message: 'Oops' } } }, 'Oops.'],
    [{ error: true, message: 'Oops' }, 'Oops.'],
    [{ Message: 'Oops' }, 'Oops.'],
    ['Oops', 'Oops.'],
    ['<html><head><title>502 Oops</title></head><body>…', '502 Oops.'],
    ['a\n  b', 'a b.'],
  ])('tells the words in %j', (body, words) => {
    expect(failureFrom(refused(400, body), context).message).toBe(`openai/x answered 400: ${words}`)
  })

  test.each([
    [{}],
    [[]],
    [null],
    [undefined],
    [''],
    ['<p>'],
    [{ error: {} }],
    [{ error: { message: 7 } }],
    [{ detail: [{}] }],
  ])('without words (%j) is a sentence all the same', (body) => {
    expect(failureFrom(refused(502, body), context).message).toBe('openai/x answered 502.')
  })

  test('after a redirect to another origin says where it comes from', () => {
    const head = { status: 401, headers: {}, redirectedTo: 'https://other.example' }
    expect(failureFrom(new RefusalError(head, {}), context).message).toBe(
      'openai/x answered 401 after a redirect to https://other.example, which was not sent the key.',
    )
  })

  test('keeps its message within bounds, and whole characters', () => {
    const { message } = failureFrom(refused(400, `${'x'.repeat(499)}😀${'x'.repeat(10_000)}`), context)
    expect(message.length).toBeLessThan(600)
    expect(message.isWellFormed()).toBe(true)
  })
})

describe('an error without an answer', () => {
  test.each([
    ['a broken answer', new BrokenAnswerError('Gone'), true],
    ['a connection that broke in workerd', new TypeError('Network connection lost.'), true],
    ['a prompt the SDK refuses', new InvalidPromptError({ prompt: [], message: 'No' }), false],
    ['a feature the SDK lacks', new UnsupportedFunctionalityError({ functionality: 'tools' }), false],
  ])('%s', (_, error, retryable) => {
    expect(failureFrom(error, context)).toMatchObject({ code: 'model_failed', retryable, retryAfterMs: undefined })
  })

  test.each([
    [new Error('Gone!'), 'openai/x brought no usable answer: Gone!'],
    ['Gone', 'openai/x brought no usable answer: Gone.'],
    [undefined, 'openai/x brought no usable answer.'],
    [new AggregateError([new Error('No v4'), new Error('No v6')]), 'openai/x brought no usable answer: No v4; No v6.'],
  ])('says what it can: %o', (error, message) => {
    expect(failureFrom(error, context).message).toBe(message)
  })

  test('that is ours already stays what it is', () => {
    const error = new CanceledError()
    expect(failureFrom(error, context)).toBe(error)
  })
})
