/**
 * What a batch of 100 items uses in its object and in D1, beside its jobs, from its creation to its deletion. Each item
 * has a key and is compared (`skipUnchanged`), and each end of a job comes alone and is said twice.
 * `test/cloudflare/batch-cost.test.ts` counts it, and fails when any of it changes.
 */
export const COUNTED_BATCH = {
  items: 100,
  objectRowsWritten: 915,
  objectRowsRead: 5049,
  alarmsSet: 4,
  alarmsFired: 4,
  d1Queries: 206,
  d1RowsWritten: 207,
  d1RowsRead: 604,
  /** Most calls of jobs that one request or one alarm has made. */
  mostCalls: 20,
  /** Of the object's database, when all is done. */
  storedBytes: 61_440,
}

/** What follows from how a batch is used: uploads of the client, and ends that jobs say. */
export const BATCH_BY_DESIGN = {
  linesOfRequest: 1000,
  linesOfChunk: 500,
  /** Of the object, for a chunk: the keys it has, and the lines. */
  callsOfChunk: 2,
  /** Of the object, for an item: its end, and again before its job is deleted. */
  callsOfItem: 2,
}
