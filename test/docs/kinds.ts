import { parse as parseIni } from './ini.ts'

/** Readers that throw on what is no document of their language. */
export const DOCUMENTS: Readonly<Record<string, (code: string) => unknown>> = {
  json: (code) => JSON.parse(code) as unknown,
  jsonc: (code) => JSON.parse(code.replaceAll(/^\s*\/\/.*$/gm, '').replaceAll(/,(\s*[}\]])/g, '$1')) as unknown,
  ini: parseIni,
  // What it says is checked in units.test.ts.
  dockerfile: String,
  // The few lines of a configuration of another program.
  yaml: String,
}

/** Commands that need what a test of the docs has not, and where they are run instead. */
export const ELSEWHERE: readonly { readonly begins: string; readonly why: string }[] = [
  { begins: 'npm create errand', why: 'asks the registry; test/create runs create-errand itself' },
  { begins: 'cd my-agents', why: 'goes with it' },
  { begins: 'cd ../my-agents', why: 'goes with npm run new' },
  { begins: 'npm run dev', why: 'serves until it is stopped; test/cli/project.test.ts' },
  { begins: 'npm run dev:worker', why: 'needs wrangler; test/e2e/stories' },
  { begins: 'npm ci', why: 'is how CI begins' },
  { begins: 'npm start', why: 'serves until it is stopped; test/e2e/node.test.ts' },
  { begins: 'npm test', why: 'runs this test' },
  { begins: 'npm run check', why: 'test/cli/check.test.ts' },
  { begins: 'npm run deploy', why: 'deploys' },
  { begins: 'npm run start:', why: 'serves until it is stopped; test/runtimes' },
  { begins: 'npm install @modelcontextprotocol/sdk', why: 'asks the registry' },
  { begins: 'npx wrangler', why: 'needs an account at Cloudflare' },
  { begins: 'npx errand keys create --setting | npx wrangler', why: 'needs an account at Cloudflare' },
  { begins: 'docker run', why: 'asks a registry' },
  { begins: 'OTEL_EXPORTER_OTLP_ENDPOINT', why: 'serves until it is stopped; test/telemetry' },
  { begins: 'pg_dump', why: 'needs a Postgres' },
  { begins: 'pg_restore', why: 'needs a Postgres' },
  { begins: 'psql', why: 'needs a Postgres; test/postgres' },
  { begins: 'export ERRAND_DATABASE_URL', why: 'needs a Postgres; test/postgres' },
  { begins: 'export ERRAND_CALLBACK_SECRETS', why: 'is for the server, which has one' },
  { begins: 'bun --bun', why: 'test/runtimes' },
  { begins: 'deno run', why: 'test/runtimes' },
]

/** What the examples of a page import, and the reader has. */
export const SUPPLIED: Readonly<Record<string, string>> = {
  'docs-agents-md/errand.config.ts': `import { defineConfig } from 'errand'
import { reviewRater } from './agents/review-rater.ts'
import { translator } from './agents/translator.ts'
import { photoDescriber } from './agents/photo-describer.ts'
import { poet } from './agents/poet.ts'
import { support } from './agents/support.ts'
export default defineConfig({ agents: [reviewRater, translator, photoDescriber, poet, support] })
`,
  'docs-extending-md/errand.config.ts':
    "import { defineConfig } from 'errand'\nexport default defineConfig({ agents: [] })\n",
  'docs-getting-started-md/errand.config.ts':
    "import { defineConfig } from 'errand'\nexport default defineConfig({ agents: [] })\n",
  'docs-mcp-md/mcp/shop.json': '{"tools":[]}',
  'docs-testing-md/mailer.ts': `import { defineAgent } from 'errand'
export const outbox: { readonly to: string; readonly text: string }[] = []
export const mailer = defineAgent({ name: 'mailer', instructions: 'Send one mail.' })
`,
}
