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
    const models = request.model.startsWith('scripted/') ? this.#scripted : this.#others
    return models.call(request, options)
  }
}
