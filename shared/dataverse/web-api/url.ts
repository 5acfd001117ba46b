/** Option names stay readable, values are percent-encoded: Dataverse decodes the whole query before it parses. */
export function withOptions(path: string, options: Readonly<Record<string, string | undefined>>): string {
  const written = Object.entries(options).flatMap(([name, value]) =>
    value ? [`${name}=${encodeURIComponent(value.toWellFormed()).replaceAll("'", '%27')}`] : [],
  )
  return written.length > 0 ? `${path}?${written.join('&')}` : path
}
