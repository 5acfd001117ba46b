/** What a person or a model may ask an answer to be drawn as. */
export const PICTURES = ['bars', 'columns', 'lines', 'stacked', 'funnel', 'table'] as const
export type PictureKind = (typeof PICTURES)[number]

/** Label, value and series are names of columns. */
export type Picture = {
  readonly kind: PictureKind | 'timeline'
  readonly label?: string
  readonly value?: string
  readonly series?: string
}
