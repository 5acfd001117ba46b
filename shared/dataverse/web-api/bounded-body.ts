const UTF_8 = new TextDecoder()

/** @returns the text, or `undefined` once it is longer than `most` bytes, compressed or not: the rest is not read */
export async function readBounded(body: AsyncIterable<Uint8Array> | null, most: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.byteLength
    if (size > most) return undefined
    chunks.push(chunk)
  }
  const [only] = chunks
  return UTF_8.decode(only && chunks.length === 1 ? only : Buffer.concat(chunks))
}
