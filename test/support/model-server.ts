import { once } from 'node:events'
import { type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ChatRequest, readChatRequest } from './chat-completions.ts'

/** What answers a request, at once or later. */
export interface ChatModel {
  answer(response: ServerResponse, chat: ChatRequest): void
}

/** A model server (chat completions). Its model may change while a server of ours asks it, so that tests can share that server. */
export class ModelServer {
  /** Of a server that asks it. */
  readonly settings: Readonly<Record<'OPENAI_COMPATIBLE_BASE_URL' | 'ERRAND_MODEL', string>>
  readonly #server: Server
  #model: ChatModel | null = null

  private constructor(server: Server) {
    this.#server = server
    const { port } = server.address() as AddressInfo
    this.settings = {
      OPENAI_COMPATIBLE_BASE_URL: `http://127.0.0.1:${String(port)}/v1`,
      ERRAND_MODEL: 'openai-compatible/fake',
    }
    server.on('request', (request, response: ServerResponse) => {
      void readChatRequest(request).then((chat) => this.#model?.answer(response, chat))
    })
  }

  static async start(): Promise<ModelServer> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new ModelServer(server)
  }

  /** From now on this model answers. */
  play<M extends ChatModel>(model: M): M {
    this.#model = model
    return model
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}
