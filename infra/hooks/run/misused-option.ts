/** Of what `parseArgs` gives as tokens: an option, and its value if it takes one. */
type Token = { readonly kind: string; readonly name?: string; readonly value?: string | boolean | undefined }

/** What `parseArgs` says of a command line, without its advice on dashes, by which no command of ours is mended. */
export const parseFault = (error: unknown): string =>
  error instanceof Error
    ? error.message.replace(/\. To specify a positional argument .*$/s, '')
    : 'This cannot be read.'

/**
 * What is wrong with options that take a value, in a sentence: which of two counts, a reader cannot know, and an empty
 * one is a variable of a shell that was not set. `many` names those that may be given again.
 */
export const misusedOption = (tokens: readonly Token[], many: readonly string[] = []): string | undefined => {
  const given = tokens.filter(({ kind, value }) => kind === 'option' && typeof value === 'string')
  const names = given.map(({ name = '' }) => name)
  const empty = given.find(({ value }) => String(value).trim() === '')
  if (empty) return `--${empty.name ?? ''} has no value.`
  const twice = names.find((name, at) => !many.includes(name) && names.indexOf(name) !== at)
  return twice === undefined ? undefined : `--${twice} is given more than once.`
}
