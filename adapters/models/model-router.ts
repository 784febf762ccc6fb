import type { ModelCallOptions, ModelReply, ModelRequest, Models } from '#ports/model.ts'

/** Sends `scripted/…` to the scripts and every other model to the network. */
export class ModelRouter implements Models {
  readonly #scripted: Models
  readonly #others: Models

  constructor({ scripted, others }: { readonly scripted: Models; readonly others: Models }) {
    this.#scripted = scripted
    this.#others = others
  }

  call(request: ModelRequest, options: ModelCallOptions): Promise<ModelReply> {
    return this.#for(request.model).call(request, options)
  }

  check(model: string): void {
    this.#for(model).check(model)
  }

  async unsupported(request: ModelRequest): Promise<readonly string[]> {
    return (await this.#for(request.model).unsupported?.(request)) ?? []
  }

  #for(model: string): Models {
    return model.startsWith('scripted/') ? this.#scripted : this.#others
  }
}
