const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}
/** What XML 1.0 cannot hold at all, escaped or not. */
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g

/** A value that can only be a value inside a FetchXML attribute. */
export function xmlValue(value: string | number): string {
  return String(value)
    .replaceAll(NOT_XML, '')
    .replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
}

/** FetchXML as a template: what is put into it is escaped, except a fragment that {@link fetchXml} made. */
export function fetchXml(parts: TemplateStringsArray, ...values: (string | number | FetchXml)[]): FetchXml {
  const xml = parts.reduce((text, part, index) => text + written(values[index - 1]) + part)
  return { xml: xml.replaceAll(/\n\s*/g, '') }
}

export type FetchXml = { readonly xml: string }

export const NOTHING: FetchXml = { xml: '' }

function written(value: string | number | FetchXml | undefined): string {
  if (value === undefined) return ''
  return typeof value === 'object' ? value.xml : xmlValue(value)
}
