/** Codes of writes that people decide on. */
export const OF_WRITES = {
  proposal_not_found: {
    cause: 'No proposal of this tenant has this id, or its job was deleted, by its retention or on request.',
    remedy: '`GET /proposals` lists them; `expiresAt` says when each is deleted with its job.',
  },
  proposal_not_ready: {
    cause: 'The job that proposes it is not finished, and only its executor writes to it until then.',
    remedy: 'Wait until the job is finished, and send the request again. `expiresAt` is not null from then on.',
  },
  proposal_conflict: {
    cause:
      'The proposal stands where this is not possible. What is applied is undone, and not rejected. Only what is approved is applied.',
    remedy: 'The detail says how it stands. `GET /proposals` shows what was done with it.',
  },
  proposal_changed: {
    cause:
      'The request names a version in `If-Match`, and the proposal has changed since. Another person may have decided on it.',
    remedy: 'Get the proposal again, look at what it says now, and decide with its new `ETag`.',
  },
  proposal_refused: {
    cause: 'The text that was to replace the proposed one does not pass the guards of the write.',
    remedy: 'The detail says what is wrong. Correct the text, and approve it again.',
  },
  write_under_way: {
    cause:
      'An apply or an undo of a proposal of this job was asked for and is not carried out yet. Deleting the job would drop it.',
    remedy:
      'Wait until `GET /proposals?job=…` shows no proposal that is `applying` or `undoing`, at most some 13 minutes. Then delete the job.',
  },
}
