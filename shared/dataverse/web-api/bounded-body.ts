const UTF_8 = new TextDecoder()

/** @returns the text, or `undefined` once it is longer than `most` bytes, compressed or not: the rest is not read */
export async function readBounded(response: Response, most: number): Promise<string | undefined> {
  const reader = response.body?.getReader()
  if (!reader) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return UTF_8.decode(Buffer.concat(chunks))
    size += value.byteLength
    if (size > most) {
      await reader.cancel()
      return undefined
    }
    chunks.push(value)
  }
}
