// A type, not an interface: a tool's result is JSON.
export type Product = {
  readonly title: string
  readonly facts: readonly string[]
  description: string
}

/** A sample shop in memory. Put calls to your own shop's API in its place. */
export function createShop() {
  const products = new Map<string, Product>([
    ['linen-apron', { title: 'Linen apron', facts: ['100 % linen', 'washable at 60 °C'], description: '' }],
    ['enamel-mug', { title: 'Enamel mug', facts: ['0.35 l', 'made in Sweden'], description: '' }],
  ])
  return {
    find: (handle: string) => Promise.resolve(products.get(handle) ?? null),
    /** Harmless to repeat: the same text twice is the same description. */
    describe(handle: string, text: string) {
      const product = products.get(handle)
      if (!product) throw new Error(`There is no product "${handle}".`)
      product.description = text
      return Promise.resolve()
    },
  }
}

export type Shop = ReturnType<typeof createShop>
