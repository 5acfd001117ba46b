import type { XmlOptions } from '@azure/core-xml'

/** The package's own, loaded when an answer is XML. */
export async function parseXML(text: string, options?: XmlOptions): Promise<unknown> {
  const { parseXML: parse } = await import('@azure/core-xml')
  return (await parse(text, options)) as unknown
}

/** In the place of the package's own: no request of this app has a body of XML. */
export function stringifyXML(): never {
  throw new TypeError('nothing is sent as XML')
}
