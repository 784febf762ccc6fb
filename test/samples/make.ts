import { RELEASE, makeSamples, writeFolder } from './samples.ts'
import { hasTablesOfToday, readDatabase, writeDatabase } from './in-flight/databases.ts'
import { makeInFlight } from './in-flight/make.ts'

// Writes down what this code stores, in the folder of its release: `npm run samples`.
writeFolder(RELEASE, await makeSamples())
process.stdout.write(`Wrote test/samples/${RELEASE}.\n`)
// It holds times and ids, so it is made again only for other tables.
if (!(await hasTablesOfToday(readDatabase(RELEASE)))) {
  writeDatabase(RELEASE, await makeInFlight())
  process.stdout.write(`Wrote the database of a killed server of ${RELEASE}.\n`)
}
