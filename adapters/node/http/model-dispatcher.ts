import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici/index.js'

/** The time limit of a model call is the agent's `modelTimeoutMs`: undici would add 10 s for a connection and 300 s for the headers. */
const WITHOUT_TIME_LIMITS = { headersTimeout: 0, bodyTimeout: 0, connectTimeout: 0 }

type Env = Readonly<Record<string, string | undefined>>

/**
 * Connections to model providers, through the proxies that `env` names: `HTTPS_PROXY` or else `HTTP_PROXY` for https, `HTTP_PROXY`
 * for http, neither for what `NO_PROXY` lists. A server on this machine is always reached directly.
 * @throws {Error} when a proxy's address cannot be read.
 */
export function modelDispatcher(env: Env, { isPooled = true } = {}): Dispatcher {
  const options = { ...WITHOUT_TIME_LIMITS, allowH2: false, pipelining: isPooled ? 1 : 0 }
  const httpProxy = proxyIn(env, 'http_proxy')
  const httpsProxy = proxyIn(env, 'https_proxy')
  if (httpProxy === '' && httpsProxy === '') return new Agent(options)
  const noProxy = `localhost,127.0.0.1,::1,${env['no_proxy'] ?? env['NO_PROXY'] ?? ''}`
  // A proxy gets a request for http as it is, as from curl. One for https goes through a tunnel all the same.
  return new EnvHttpProxyAgent({ ...options, httpProxy, httpsProxy, noProxy, proxyTunnel: false })
}

function proxyIn(env: Env, name: string): string {
  const value = (env[name] ?? env[name.toUpperCase()] ?? '').trim()
  const url = value === '' || value.includes('://') ? value : `http://${value}`
  if (url === '' || URL.canParse(url)) return url
  throw new Error(`${name.toUpperCase()} must look like "http://proxy.example.com:3128".`)
}
