export type Button = { readonly name: string; readonly value: string; readonly label: string }

export type HtmlForm = {
  readonly method: 'GET' | 'POST'
  readonly action: string
  /** Hidden and text inputs, in document order. */
  readonly fields: readonly (readonly [string, string])[]
  /** What is sent where it is ticked. */
  readonly boxes: readonly { readonly name: string; readonly value: string; readonly isTicked: boolean }[]
  readonly buttons: readonly Button[]
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }

export function decodeHtml(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
      return ENTITIES[name?.toLowerCase() ?? ''] ?? whole
    },
  )
}

function attributes(tag: string): Record<string, string> {
  const found = tag.matchAll(/([a-z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/gi)
  return Object.fromEntries(
    [...found].map(([, name = '', double, single, bare]) => [
      name.toLowerCase(),
      decodeHtml(double ?? single ?? bare ?? ''),
    ]),
  )
}

const toButton = (tag: Record<string, string>, label: string): Button => ({
  name: tag.name ?? '',
  value: tag.value ?? '',
  label: decodeHtml(label.replace(/<[^<>]*>/g, '')).trim(),
})

function parseForm(tag: string, content: string, pageUrl: string): HtmlForm {
  const { action = '', method = 'get' } = attributes(tag)
  const inputs = [...content.matchAll(/<input\b([^>]*)>/gi)].map(([, text = '']) => attributes(text))
  const buttons = [...content.matchAll(/<button\b([^>]*)>(.*?)<\/button>/gis)]
  const isSubmit = (input: Record<string, string>) => input.type?.toLowerCase() === 'submit'
  const isBox = (input: Record<string, string>) => input.type?.toLowerCase() === 'checkbox'
  return {
    method: method.toLowerCase() === 'post' ? 'POST' : 'GET',
    action: new URL(action, pageUrl).href,
    fields: inputs
      .filter((input) => input.name !== undefined && !isSubmit(input) && !isBox(input))
      .map((input) => [input.name ?? '', input.value ?? ''] as const),
    boxes: inputs.filter(isBox).map(({ name = '', value = 'on', ...rest }) => ({
      name,
      value,
      isTicked: 'checked' in rest,
    })),
    buttons: [
      ...buttons.map(([, text = '', label = '']) => toButton(attributes(text), label)),
      ...inputs.filter(isSubmit).map((input) => toButton(input, input.value ?? '')),
    ],
  }
}

/** Every form of a page, with its action made absolute. */
export function parseForms(html: string, pageUrl: string): HtmlForm[] {
  return [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gis)].map(([, tag = '', content = '']) =>
    parseForm(tag, content, pageUrl),
  )
}

/** Addresses of every link of a page, absolute. */
export function parseLinks(html: string, pageUrl: string): string[] {
  return [...html.matchAll(/<a\b([^>]*)>/gi)].flatMap(([, tag = '']) => {
    const { href } = attributes(tag)
    return href === undefined ? [] : [new URL(href, pageUrl).href]
  })
}
