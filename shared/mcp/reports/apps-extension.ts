/** By which a server says that tools of its own name views, and a client that it draws them. */
export const APPS_EXTENSION = 'io.modelcontextprotocol/ui'
export const APPS_MIME_TYPE = 'text/html;profile=mcp-app'
/** A view that asks no other address for anything: the host may shut it in entirely. */
export const VIEW_META = { ui: { csp: {}, prefersBorder: true } }
