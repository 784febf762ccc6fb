/** Codes of schedules, webhooks and batches. */
export const OF_AUTOMATION = {
  schedule_not_found: {
    cause: 'No schedule of this tenant has this id, or it ended more than a week ago.',
    remedy: '`GET /schedules` lists them.',
  },
  schedule_declared: {
    cause: 'The schedule is declared in `errand.config.ts`, so the next start would undo a change made here.',
    remedy: 'Change it in the configuration and deploy. Pausing, resuming and running it are possible here.',
  },
  schedule_ended: {
    cause: 'The schedule has fired for the last time, so there is nothing to pause, resume or run.',
    remedy: '`PUT /schedules/{id}` starts it anew.',
  },
  schedule_busy: {
    cause: 'A backfill of this schedule is under way, and there can be one at a time.',
    remedy: 'Wait until `GET /schedules/{id}` shows none, and send the request again.',
  },
  invalid_schedule: {
    cause: 'The times of the schedule do not fit together, or its cron expression or time zone cannot be read.',
    remedy: 'The detail names the field. The forms of `when` are in docs/schedules.md.',
  },
  webhook_not_found: {
    cause: 'No webhook of this name is in the configuration.',
    remedy:
      'The last part of the path is the `name` of a `defineWebhook`. `errand agents` and the start of the server list the configuration.',
  },
  webhook_event_not_found: {
    cause: 'No event of this webhook has this id. Events are kept for seven days.',
    remedy: '`GET /webhooks/{source}/events` lists those that are kept.',
  },
  webhook_refused: {
    cause: 'The signature of the message does not fit, or its time is too far from ours.',
    remedy:
      "Compare the secret with the sender's. During a rotation give both secrets. Check the clock of this machine.",
  },
  webhook_unreadable: {
    cause: 'The signature fits, but the body is not what the verifier reads, or it is too large.',
    remedy: 'Compare the format that the sender is set to with that of the verifier.',
  },
  webhook_handler_failed: {
    cause: 'The event was recorded, but `handle` of the webhook threw, or returned what cannot be carried out.',
    remedy:
      '`GET /webhooks/{source}/events` has the reason. Mend the handler and deploy; the sender repeats the event, or you replay it.',
  },
  webhook_body_gone: {
    cause: 'The body of the event was too large to be kept, or the secret that sealed it has changed.',
    remedy: 'Let the sender send it again.',
  },
  batch_not_found: {
    cause: 'No batch of this tenant has this id, or it was deleted, or its retention has ended.',
    remedy: '`GET /batches` lists them.',
  },
  too_many_items: {
    cause:
      'The unfinished batches of the tenant have as many lines as they may have. All lines of a batch count until it is closed and its last item has ended.',
    remedy:
      'Close or cancel batches that get no more lines, and wait until one has ended. Then go on from `next` of your batch. `ERRAND_MAX_BATCH_ITEMS` sets the limit.',
  },
  batch_full: {
    cause: 'The batch alone has as many lines as all unfinished batches of the tenant may have together.',
    remedy:
      'Close the batch, and add the other lines to another one when it has ended. Or raise `ERRAND_MAX_BATCH_ITEMS`, or `maxBatchItems` of the tenant, and go on from `next`.',
  },
  batch_closed: {
    cause: 'The batch was closed, and takes no more items.',
    remedy: 'Make another batch for them.',
  },
  batch_finished: {
    cause: 'The batch has ended, so it cannot be paused, resumed or canceled.',
    remedy: 'Failed items can be retried with `POST /batches/{id}/retry-failed`.',
  },
  batch_not_finished: {
    cause: 'Failed items are retried when all items have ended.',
    remedy: 'Wait for the end, or cancel the batch first.',
  },
  nothing_to_retry: {
    cause: 'No item of the batch failed as a job. Lines that were refused fail again, however often they are tried.',
    remedy:
      '`errand batch results <batch> --status failed` or `GET /batches/{id}/results?status=failed` lists the lines with their numbers and keys. Correct them, and upload them as a new batch.',
  },
  upload_conflict: {
    cause: 'The upload begins at another line than the one that the batch needs next.',
    remedy: 'Go on from `next` of this answer. Lines that were taken are not taken twice.',
  },
  duplicate_key: {
    cause: 'Two items of one batch have the same key.',
    remedy: 'Give each item a key of its own, or leave keys out: then the line number is the key.',
  },
} as const
