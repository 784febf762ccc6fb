import tseslint from 'typescript-eslint'

// Types, and what makes code hard to read; formatting is left to the editor. `test/gates/eslint.test.ts` breaks each.

const DEFAULT_EXPORT = {
  selector: 'ExportDefaultDeclaration',
  message:
    'Export it by name: one name wherever it is used. (Only the Worker entry and tool configs are loaded by default.)',
}

const RESTRICTED_SYNTAX = [
  { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that has it.' },
  {
    selector: 'TSEnumDeclaration',
    message: 'Node runs this file as it is, and enums need a compiler. Use a union of strings.',
  },
  {
    selector: 'Decorator',
    message: 'Node runs this file as it is, and decorators need a compiler. Call the function.',
  },
  {
    selector:
      "BinaryExpression[operator=/^[!=]==$/][right.type!='Literal'] > :matches(Identifier[name=/(hash|hmac|signature)$/i], MemberExpression[property.name=/(hash|hmac|signature)$/i])",
    message:
      'The time of === shows where two secrets differ. Use crypto.subtle.verify, or compare every digit (application/tenant/authenticate.ts).',
  },
]

const LATE_IMPORT = {
  selector: 'ImportExpression',
  message: 'Import at the top. Only a composition root or a command may load late what not every start needs.',
}

const STRAY_ERROR = {
  selector: 'ExportNamedDeclaration > ClassDeclaration[superClass.name=/Error$/]',
  message: "An error lives with its concept: in errors.ts of the concept's folder in domain/.",
}

const COMPUTED_IMPORT = {
  selector: 'ImportExpression[source.type!="Literal"]',
  message: 'A computed import() hides a dependency from dependency-cruiser. Write the path as a literal.',
}

const PLATFORM = 'The core runs anywhere. State what you need as a port, and let composition/ hand it over.'

/** Refused in the core although it compiles. AbortSignal, URL, TextEncoder, structuredClone and the like are fine. */
const RESTRICTED_GLOBALS = {
  'Time comes through ports/clock.ts.': [
    'Date',
    'performance',
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
    'setImmediate',
    'queueMicrotask',
    'requestAnimationFrame',
  ],
  'Identity and chance come through ports/id-generator.ts.': ['crypto'],
  'Logging goes through ports/logger.ts.': ['console'],
  [PLATFORM]: [
    'process',
    'Buffer',
    'fetch',
    'self',
    'caches',
    'indexedDB',
    'importScripts',
    'location',
    'name',
    'navigator',
    'XMLHttpRequest',
    'WebSocket',
    'EventSource',
    'BroadcastChannel',
    'Worker',
    'Notification',
    'FileReader',
    'OffscreenCanvas',
    'postMessage',
    'onmessage',
  ],
}

export default tseslint.config(
  // A template belongs to the project that is made of it: `errand check` reads it there, with that project's compiler.
  {
    ignores: [
      'node_modules/',
      '**/dist/',
      '**/data/',
      '**/.wrangler/',
      'create-errand/templates/',
      '**/*.js',
      '**/*.cjs',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['tsconfig.json', 'tsconfig.cloudflare.json', 'tsconfig.browser.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      // It takes what Hono's own chain of methods returns for something else than a Hono.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      'max-lines': ['error', 250],
      'max-lines-per-function': ['error', 60],
      'max-params': ['error', 3],
      complexity: ['error', 10],
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', DEFAULT_EXPORT, LATE_IMPORT, ...RESTRICTED_SYNTAX],
    },
  },
  {
    files: ['{domain,ports,application}/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        {
          globals: Object.entries(RESTRICTED_GLOBALS).flatMap(([message, names]) =>
            names.map((name) => ({ name, message })),
          ),
          checkGlobalObject: true,
        },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Identity and chance come through ports/id-generator.ts.' },
        {
          object: 'AbortSignal',
          property: 'timeout',
          message: 'Time comes through ports/clock.ts: abort from Clock.after().',
        },
      ],
    },
  },
  {
    files: ['{domain,ports,application}/**/*.ts', 'adapters/http/**/*.ts'],
    ignores: ['**/errors.ts', 'domain/app-error.ts'],
    rules: { 'no-restricted-syntax': ['error', DEFAULT_EXPORT, LATE_IMPORT, STRAY_ERROR, ...RESTRICTED_SYNTAX] },
  },
  {
    files: ['composition/{node,cli}/*.ts', 'composition/serve.ts', 'composition/runtime.ts', 'adapters/cli/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', DEFAULT_EXPORT, COMPUTED_IMPORT, ...RESTRICTED_SYNTAX] },
  },
  {
    files: [
      'examples/*/{errand.config,worker}.ts',
      'bench/cloudflare/*.ts',
      'test/cloudflare/lean-worker/*.ts',
      '*.config.ts',
      'test/support/closing-line.ts',
      '**/*.d.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', LATE_IMPORT, ...RESTRICTED_SYNTAX] },
  },
  {
    // What is declared here is somebody else's module, which may well be imported by its path.
    files: ['**/*.d.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }] },
  },
  {
    // A suite is one long function, and a method that has lost its object fails the test it is in.
    files: ['test/**/*.ts', 'examples/*/test/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/unbound-method': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...[
          { object: 'vi', property: 'waitFor' },
          { object: 'vi', property: 'waitUntil' },
          { object: 'expect', property: 'poll' },
        ].map((waits) => ({ ...waits, message: 'It gives up after a second. Use test/support/eventually.ts.' })),
      ],
    },
  },
)
