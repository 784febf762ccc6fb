import { RELEASE, makeSamples, writeFolder } from './samples.ts'

// Writes down what this code stores, in the folder of its release: `npm run samples`.
writeFolder(RELEASE, await makeSamples())
process.stdout.write(`Wrote test/samples/${RELEASE}.\n`)
