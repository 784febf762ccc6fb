/**
 * What one job of 3 model and 2 tool calls uses in its object and in the index, from its submission to its deletion.
 * `test/cloudflare/cost.test.ts` counts it, and fails when any of it changes.
 */
export const COUNTED = {
  /** A row for each commit, those that say what its table is, and one that says that the ledger has the job. */
  objectRowsWritten: 10,
  objectRowsRead: 16,
  /** At the submission, and for the deletion. */
  alarmsSet: 2,
  d1Queries: 3,
  /** Index entries included, and the job's part of the ledger. */
  d1RowsWritten: 10,
  d1RowsRead: 2,
  /** Of the object's database, when the job is done. */
  storedBytes: 12_288,
  /** What each commit has written. */
  commitBytes: [198, 221, 410, 221, 410, 221, 353] as readonly number[],
}

/** What follows from how a job is asked for, one `POST /jobs` and one `GET /jobs/{id}?wait`, and what it asks for itself. */
export const BY_DESIGN = {
  workerRequests: 2,
  /** The submission and the wait. */
  objectRequests: 2,
  /** The one that works and the one that deletes: each is a request too. */
  alarmsFired: 2,
  modelAndToolCalls: 5,
}
