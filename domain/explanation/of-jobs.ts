/** Codes of agents, jobs, their calls and callbacks; many are also the `error.code` of a job that has failed. */
export const OF_JOBS = {
  unknown_agent: {
    cause: 'No agent of this name is in the configuration that the server runs, or this key may not use it.',
    remedy:
      '`GET /agents` lists the agents. Jobs of an agent that was renamed wait for a server that knows the old name: deploy both until those jobs have ended.',
  },
  invalid_input: {
    cause:
      "The input does not fit the agent's input schema. Of an approval: the changed input does not fit the tool's, and the call still waits.",
    remedy: 'Each entry of `problems` names one place. `GET /agents` has the schemas.',
  },
  approval_needed: {
    cause:
      'A tool of the agent needs approval by a person, or writes. A synchronous run cannot wait for that, nor record it.',
    remedy:
      'Submit the work with `POST /jobs`. The job waits, and `POST /jobs/{id}/calls/{callId}/resolve` answers it.',
  },
  job_not_found: {
    cause: 'No job of this tenant has this id, or it was deleted, or its retention has ended.',
    remedy: 'Compare the id and the key. Finished jobs are deleted after `ERRAND_RETENTION_DAYS`.',
  },
  call_not_found: {
    cause: 'The job has no call with this id.',
    remedy: '`GET /jobs/{id}` lists the calls that wait for an answer, with their ids.',
  },
  call_not_ready: {
    cause: 'The call needs approval, and its job still makes other calls, or asks about another one first.',
    remedy: 'Send the same answer again when `GET /jobs/{id}` lists the call, or at the callback `job.waiting`.',
  },
  delivery_not_found: {
    cause: 'The job or the batch has no callback delivery with this id.',
    remedy: '`GET /jobs/{id}/deliveries` lists those of a job, and `GET /batches/{id}/deliveries` those of a batch.',
  },
  key_not_found: {
    cause: 'The tenant has no stored API key with this id. Keys of `ERRAND_API_KEYS` are not stored.',
    remedy: '`GET /keys` lists the ids. A key of `ERRAND_API_KEYS` is revoked by its removal from that setting.',
  },
  operation_not_found: {
    cause: 'No bulk operation of this tenant has this id, or it ended more than 30 days ago.',
    remedy: 'Compare the id with the answer of `POST /operations`, and the key with the one that was used there.',
  },
  callback_refused: {
    cause: 'The callback URL leads to an address that callbacks may not reach, or it is not https.',
    remedy: 'Use a public https URL. For a receiver in your own network, list it in `ERRAND_CALLBACK_HOSTS`.',
  },
  job_not_finished: {
    cause: 'Only a job that has ended can be deleted.',
    remedy: 'Cancel it with `POST /jobs/{id}/cancel`, and delete it when it is canceled.',
  },
  job_not_retryable: {
    cause: 'Only a job that has failed or was canceled can be retried.',
    remedy: 'Submit a new job, or wait until this one has ended.',
  },
  job_finished: {
    cause: 'The job has ended, so there is nothing to cancel or to answer any more.',
    remedy: '`GET /jobs/{id}` shows how it ended.',
  },
  outcome_unknown: {
    cause:
      'The process died, or a time limit passed, during a call that must not be made twice. Errand cannot know whether it had its effect.',
    remedy:
      'Look in the other system whether it happened. Then answer with `POST /jobs/{id}/calls/{callId}/resolve`, or many at once with an operation `resolve`. A `probe` of the tool answers by itself.',
  },
  call_failed: {
    cause: 'A person resolved a call of unknown outcome as a failure, with the wish that the job fails.',
    remedy: 'Retry the job when the reason is gone.',
  },
  model_not_configured: {
    cause: "The agent's model has no provider or no key on this server.",
    remedy:
      'Set the key of the provider, such as `ANTHROPIC_API_KEY`, or another model. `errand check` says which agents lack one.',
  },
  model_failed: {
    cause:
      "The model's provider refused the call, or answered something that cannot be used. The detail has its own words.",
    remedy:
      'If an account is empty or a key is wrong, mend that and retry the job. Failures that may pass are retried for `ERRAND_MODEL_OUTAGE_SECONDS`.',
  },
  model_timeout: {
    cause: "The model did not answer within the agent's time limit for one call.",
    remedy: 'Raise `modelTimeoutMs` of the agent, or ask for shorter answers.',
  },
  output_invalid: {
    cause:
      "The model's answer does not fit the agent's `output` schema, and two corrections have not mended that, or there was no answer to correct.",
    remedy:
      'The message names what does not fit. Say it in the instructions, loosen the schema, raise `maxOutputTokens`, or use another model.',
  },
  version_conflict: {
    cause: 'Another request or process changed the same thing at the same moment.',
    remedy: 'Send the same request again.',
  },
  invalid_transition: {
    cause:
      'A defect in Errand: something was to be recorded that cannot happen to a job in its state. Nothing was recorded.',
    remedy: 'Report it with the journal of the job, `GET /jobs/{id}/events`.',
  },
  canceled: {
    cause: 'The caller left or canceled the work before it was done.',
    remedy: 'Nothing, if that was meant. Otherwise retry the job, or send the request again.',
  },
  deadline_exceeded: {
    cause: 'The job, or the synchronous run, was not finished in the time that it had.',
    remedy:
      'Raise `jobTimeoutMs` of the agent. For work that is too long for `POST /run` and its `ERRAND_RUN_SECONDS`, use `POST /jobs`.',
  },
  limit_exceeded: {
    cause: 'The turn has used up one of its limits, such as model calls, attempts within an hour, or size.',
    remedy:
      'The message names the limit. A model that calls tools in a circle needs better instructions; `ERRAND_MAX_MODEL_CALLS` is the limit of calls.',
  },
  poisoned: {
    cause: 'The process died several times in a row at the same call of this job, so the job is the likely reason.',
    remedy:
      'Look at the log for the last call before each death: often memory, or a tool that ends the process. Then retry the job.',
  },
  redelivered_recently: {
    cause: 'This callback was sent again less than ten seconds ago.',
    remedy: 'Wait for `Retry-After`.',
  },
  redelivery_limit: {
    cause: 'The callbacks of this job or batch were sent again as often as they may be.',
    remedy: 'Read the result with `GET /jobs/{id}`, or `GET /batches/{id}`.',
  },
} as const
