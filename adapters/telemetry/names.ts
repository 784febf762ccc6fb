// Every name of a convention that we use. GenAI: https://github.com/open-telemetry/semantic-conventions-genai, v0.1.0,
// in development: a release of it may rename what is here. What the conventions do not have begins with `errand.`.

export const OPERATION_NAME = 'gen_ai.operation.name'
export const INVOKE_AGENT = 'invoke_agent'
export const CHAT = 'chat'
export const EXECUTE_TOOL = 'execute_tool'

export const PROVIDER_NAME = 'gen_ai.provider.name'
export const AGENT_NAME = 'gen_ai.agent.name'
export const AGENT_VERSION = 'gen_ai.agent.version'
export const CONVERSATION_ID = 'gen_ai.conversation.id'
export const REQUEST_MODEL = 'gen_ai.request.model'
export const FINISH_REASONS = 'gen_ai.response.finish_reasons'
export const INPUT_TOKENS = 'gen_ai.usage.input_tokens'
export const OUTPUT_TOKENS = 'gen_ai.usage.output_tokens'
export const CACHE_READ_TOKENS = 'gen_ai.usage.cache_read.input_tokens'
export const CACHE_WRITE_TOKENS = 'gen_ai.usage.cache_creation.input_tokens'
export const REASONING_TOKENS = 'gen_ai.usage.reasoning.output_tokens'
export const TOOL_NAME = 'gen_ai.tool.name'
export const TOOL_CALL_ID = 'gen_ai.tool.call.id'
export const TOKEN_TYPE = 'gen_ai.token.type'

/** Content: recorded only when the operator asks for it. */
export const INPUT_MESSAGES = 'gen_ai.input.messages'
export const OUTPUT_MESSAGES = 'gen_ai.output.messages'
export const TOOL_ARGUMENTS = 'gen_ai.tool.call.arguments'
export const TOOL_RESULT = 'gen_ai.tool.call.result'

export const ERROR_TYPE = 'error.type'
/** The value of `error.type` where nothing more is known. */
export const OTHER_ERROR = '_OTHER'
export const HTTP_METHOD = 'http.request.method'
export const HTTP_ROUTE = 'http.route'
export const HTTP_STATUS = 'http.response.status_code'
export const SERVER_ADDRESS = 'server.address'

export const JOB_ID = 'errand.job.id'
export const JOB_STATUS = 'errand.job.status'
export const TENANT_ID = 'errand.tenant.id'
export const RETRY_OF = 'errand.job.retry_of'
export const ATTEMPT = 'errand.attempt'
export const EXECUTOR_ID = 'errand.executor.id'
export const RELEASE = 'errand.release'
export const ITERATION = 'errand.iteration'
export const WAIT_REASON = 'errand.wait.reason'
export const TOOL_EFFECT = 'errand.tool.effect'
/** The source of a tool's result, where it is not the call itself. */
export const TOLD_BY = 'errand.tool.told_by'
export const SUBMITTED_BY = 'errand.submitted_by.kind'
export const SUBMITTER_ID = 'errand.submitted_by.id'
export const DELIVERY_ID = 'errand.delivery.id'
export const WRITE_OUTCOME = 'errand.write.outcome'
/** The conventions have no cost; https://github.com/open-telemetry/semantic-conventions-genai/pull/443 proposes one. */
export const COST = 'errand.cost.usd'
export const UNPRICED_CALLS = 'errand.cost.unpriced_calls'

export const TOKEN_USAGE = 'gen_ai.client.token.usage'
export const OPERATION_DURATION = 'gen_ai.client.operation.duration'
export const MODEL_COST = 'errand.model.cost'
export const MODEL_UNPRICED_CALLS = 'errand.model.unpriced_calls'
export const JOBS_FINISHED = 'errand.jobs.finished'
export const JOB_DURATION = 'errand.job.duration'
export const JOBS_UNFINISHED = 'errand.jobs.unfinished'
