/** The member of a result's `_meta` that holds the call for the view: a host gives it to the view, and never to the model. */
export const CHANGE_META = 'chatgpt-dynamics-mcp/call'
