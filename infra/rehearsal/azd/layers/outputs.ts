/** Outputs of a deployment as azd writes them into `.env`: arrays and objects as JSON text, all else as Go prints it. */
export const outputValues = (
  outputs: Readonly<Record<string, { readonly type: string; readonly value: unknown }>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(outputs)
      // A secure output has no value that could be read again.
      .filter(([, { type }]) => !type.toLowerCase().startsWith('secure'))
      .map(([name, { value }]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  )
