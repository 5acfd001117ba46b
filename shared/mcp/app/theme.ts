import type { McpUiHostContext } from '@modelcontextprotocol/ext-apps'
import * as z from 'zod/mini'

const Looks = z.object({
  theme: z.optional(z.enum(['light', 'dark'])),
  styles: z.optional(z.object({ variables: z.optional(z.record(z.string(), z.unknown())) })),
  safeAreaInsets: z.optional(z.object({ top: z.number(), right: z.number(), bottom: z.number(), left: z.number() })),
})

/** Dresses the view as the host is; its font sheets are left out, as they would have to be fetched. */
export function applyTheme(root: HTMLElement, context: McpUiHostContext): void {
  const looks = Looks.safeParse(context).data
  if (looks?.theme !== undefined) root.style.colorScheme = looks.theme
  for (const [name, value] of Object.entries(looks?.styles?.variables ?? {})) {
    if (name.startsWith('--') && typeof value === 'string' && !/url\(/i.test(value)) root.style.setProperty(name, value)
  }
  for (const [side, pixels] of Object.entries(looks?.safeAreaInsets ?? {})) {
    root.style.setProperty(`--inset-${side}`, `${pixels}px`)
  }
}
