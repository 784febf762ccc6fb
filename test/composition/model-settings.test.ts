import { describe, expect, test } from 'vitest'
import { parseNodeSettings, parseSettings } from '#composition/settings/settings.ts'
import { settingsProblem } from './settings-problem.ts'

describe('addresses and keys of providers', () => {
  test.each([
    [
      'http://127.0.0.1:1/v1?api-version=2024-10-21',
      'must not hold a query or a fragment: write "http://127.0.0.1:1/v1"',
    ],
    ['http://127.0.0.1:1/v1?', 'write "http://127.0.0.1:1/v1"'],
    ['http://127.0.0.1:1/v1#top', 'write "http://127.0.0.1:1/v1"'],
    ['http://127.0.0.1:1/v1/chat/completions', 'must end before the endpoint: write "http://127.0.0.1:1/v1"'],
    ['http://127.0.0.1:1/v1/chat/completions/?key=hunter2', 'write "http://127.0.0.1:1/v1"'],
    ['http://127.0.0.1:1/proxy/v1/Messages/', 'write "http://127.0.0.1:1/proxy/v1"'],
    ['http://127.0.0.1:1/responses', 'write "http://127.0.0.1:1"'],
    ['http://127.0.0.1:1/v1/models', 'write "http://127.0.0.1:1/v1"'],
    ['http://127.0.0.1:1/v1beta/models/some-model:generateContent', 'write "http://127.0.0.1:1/v1beta"'],
    ['http://127.0.0.1:1/api/chat', 'write "http://127.0.0.1:1/v1"'],
    [
      'https://generativelanguage.googleapis.com/v1beta',
      'must lead to the API that is like OpenAI\'s: write "https://generativelanguage.googleapis.com/v1beta/openai"',
    ],
    [
      'https://ours.openai.azure.com/openai/deployments/d?api-version=1',
      'write "https://ours.openai.azure.com/openai/v1"',
    ],
    ['“http://127.0.0.1:1/v1”', 'must be written without quotation marks around it'],
    ['http://127.0.0.1:1/v1 # ours', 'holds a character that no address has (U+0020)'],
    ['http://127.0.0.1:1/v1\u200b', '(U+200B)'],
    ['http://127.0.0.1:1/v1,http://127.0.0.1:2/v1', 'must be one address'],
    ['ftp://127.0.0.1/v1', 'must be an http or https URL'],
    ...[
      ...['http://$HOST/v1', 'http://${HOST}:8080/v1', 'http://$(hostname)/v1', 'http://127.0.0.1:$PORT/v1'],
      ...['https://{resource}.example/v1', 'https://{{ host }}/v1', 'https://%7Bresource%7D.example/v1'],
      ...['<your-endpoint>', 'https://<resource>.example/v1', 'http://%HOST%/v1', 'http://undefined:8080/v1'],
      ...['https://your-resource-name.openai.azure.com/openai/v1', 'https://YOUR_ENDPOINT/v1', 'https://.../v1'],
    ].map((address) => [address, 'which nothing has replaced: write what it stands for']),
    ['http://$HOST/v1', 'holds the placeholder "$HOST"'],
    ['http://ours:$hunter2@127.0.0.1:1/v1', 'holds a placeholder'],
    ['http://127.0.0.1:1/v1?key=${hunter2}', 'holds a placeholder'],
    ['127.0.0.1:1/v1', 'must be an http or https URL'],
  ])('an address that cannot work is refused with what to write: %s', (address, problem) => {
    for (const name of ['ANTHROPIC_BASE_URL', 'OPENAI_BASE_URL', 'OPENAI_COMPATIBLE_BASE_URL']) {
      const message = settingsProblem(() => parseSettings({ [name]: address }))
      expect(message).toContain(`${name} `)
      expect(message).toContain(problem)
      expect(message).not.toContain('hunter2')
    }
  })

  test.each([
    ' http://127.0.0.1:1/v1/ ',
    'https://ai.example.com/models',
    'https://ai.example.com/responses-of/v1',
    'https://ai.example.com/%C3%A9%41b%42',
    'https://yourhosting.example.com/v1',
    'https://static.157.90.1.2.clients.your-server.de/v1',
    'https://ai.example.com/$web/a...b/v1',
    'http://[::1]:1/v1',
  ])('an address that works is taken: %s', (OPENAI_COMPATIBLE_BASE_URL) => {
    const { models } = parseSettings({ OPENAI_COMPATIBLE_BASE_URL })
    expect(models.openaiCompatible?.baseUrl).toBe(OPENAI_COMPATIBLE_BASE_URL.trim())
  })

  test.each([
    ['sk-“hunter2”', 'holds a character that no key has (U+201C)'],
    ['“sk-hunter2”', 'must be written without quotation marks around it'],
    ['"sk-hunter2"', 'must be written without quotation marks around it'],
    ['sk-hunter2é', '(U+00E9)'],
    ['sk hunter2', '(U+0020)'],
    ['sk-hunter2\n# ours', '(U+000A)'],
    ['sk-hunter2\u200b', '(U+200B)'],
    ['$hunter2', 'is a placeholder, which nothing has replaced: write the key itself'],
    ['${hunter2}', 'is a placeholder'],
    ['<hunter2>', 'is a placeholder'],
    ['{{hunter2}}', 'is a placeholder'],
    ['%hunter2%', 'is a placeholder'],
  ])('a key that no header can hold is refused, and not told: %s', (key, problem) => {
    for (const name of ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'OPENAI_COMPATIBLE_API_KEY', 'ERRAND_API_KEY']) {
      const message = settingsProblem(() => parseNodeSettings({ [name]: key }))
      expect(message).toContain(`${name} `)
      expect(message).toContain(problem)
      expect(message).not.toContain('hunter2')
    }
  })

  test('a key pasted with its line end is the key', () => {
    expect(parseSettings({ OPENAI_API_KEY: ' sk-1\n' })).toMatchObject({
      models: { openai: { apiKey: 'sk-1' } },
      secrets: ['sk-1'],
    })
  })
})
