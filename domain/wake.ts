/** When something that is stored next needs attention (epoch ms), and which kind of work it is then. */
export interface Wake {
  readonly at: number
  readonly kind: string
}
